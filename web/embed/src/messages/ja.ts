import type { Messages } from "./keys.js";

export const ja: Messages = {
  texts: {
    "signing-in": ["お待ちください", "サインインしています…"],
    connecting: ["お待ちください", "分析を開いています…"],
    resuming: ["お待ちください", "接続を回復しています…"],
    rebuilt: ["セッションが更新されました", "一部の選択は復元できませんでした。"],
    "suspended.offline": ["オフラインです", "接続が戻ると、グラフは自動的に再表示されます。"],
    "suspended.network": ["接続が切れました", "再接続しています。選択はしばらく保持されます。"],
    "suspended.asleep": ["おかえりなさい", "デバイスのスリープ中は接続を休止していました。"],
    "suspended.engine-restart": ["サーバーを再起動しています", "グラフはまもなく再表示されます。"],
    "suspended.manual": ["一時停止中", "選択はしばらく保持されます。"],
    "expiring.idle": ["まだご利用中ですか？", "あと {seconds} 秒でセッションが終了します。"],
    "expiring.lifetime": ["まもなくセッションが終了します", "あと {seconds} 秒で終了します。"],
    "ended.idle-timeout": ["セッションがタイムアウトしました", "しばらく操作がありませんでした。"],
    "ended.lifetime": ["セッションが終了しました", "最長利用時間に達しました。"],
    "ended.revoked": ["セッションが終了されました", "管理者が終了しました。"],
    "ended.signed-out": ["サインアウトしました", "続けるには、もう一度開始してください。"],
    "ended.app-removed": ["このアプリは利用できません", "削除された可能性があります。"],
    "ended.session-limit": [
      "開いているセッションが多すぎます",
      "ほかのウィンドウを閉じて、もう一度開始してください。",
    ],
    "ended.not-permitted": ["アクセス権がありません", "このアプリを開くことはできません。"],
    "blocked.cookies-blocked": [
      "必要な Cookie がブラウザーでブロックされています",
      "ブラウザーの設定でこのサイトの Cookie を許可し、もう一度開始してください。",
    ],
    "blocked.frame-refused": [
      "ここにはグラフを表示できません",
      "分析サーバーがこのページでの表示を許可していません。",
    ],
    "blocked.origin-not-allowed": [
      "ここにはグラフを表示できません",
      "このページは分析サーバーに登録されていません。",
    ],
    "blocked.token-endpoint-failed": [
      "サインインできませんでした",
      "このサイトで本人確認ができませんでした。もう一度サインインしてください。",
    ],
    "blocked.token-rejected": [
      "サインインできませんでした",
      "分析サーバーがサインインを受け付けませんでした。",
    ],
    "blocked.tenant-unreachable": [
      "分析サーバーに接続できません",
      "しばらくしてからもう一度お試しください。",
    ],
  },
  actions: { restart: "もう一度開始", resume: "再開", stay: "サインインを続ける", dismiss: "閉じる" },
  frame: "分析",
};
