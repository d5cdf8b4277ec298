//! Every method name of the contract, by class, so that "known, but not built" is told apart from "unknown".

use serde::{Deserialize, Serialize};

/// What a handle stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Class {
    /// Handle −1, without an app.
    Global,
    /// The open app, handle 1.
    Doc,
    /// An app object, a child or a session object.
    GenericObject,
    /// A bookmark or snapshot.
    GenericBookmark,
    /// A master dimension.
    GenericDimension,
    /// A master measure.
    GenericMeasure,
    /// A variable.
    GenericVariable,
    /// A field in one selection state.
    Field,
    /// The variable of clients before generic objects.
    Variable,
}

impl Class {
    /// All classes.
    pub const ALL: &[Self] = &[
        Self::Global,
        Self::Doc,
        Self::GenericObject,
        Self::GenericBookmark,
        Self::GenericDimension,
        Self::GenericMeasure,
        Self::GenericVariable,
        Self::Field,
        Self::Variable,
    ];

    /// The class's name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Global => "Global",
            Self::Doc => "Doc",
            Self::GenericObject => "GenericObject",
            Self::GenericBookmark => "GenericBookmark",
            Self::GenericDimension => "GenericDimension",
            Self::GenericMeasure => "GenericMeasure",
            Self::GenericVariable => "GenericVariable",
            Self::Field => "Field",
            Self::Variable => "Variable",
        }
    }

    /// The names of the class's methods, sorted.
    pub const fn methods(self) -> &'static [&'static str] {
        match self {
            Self::Global => GLOBAL,
            Self::Doc => DOC,
            Self::GenericObject => GENERIC_OBJECT,
            Self::GenericBookmark => GENERIC_BOOKMARK,
            Self::GenericDimension => GENERIC_DIMENSION,
            Self::GenericMeasure => GENERIC_MEASURE,
            Self::GenericVariable => GENERIC_VARIABLE,
            Self::Field => FIELD,
            Self::Variable => VARIABLE,
        }
    }

    /// Whether the contract gives this class a method of that name.
    pub fn has_method(self, name: &str) -> bool {
        self.methods().binary_search(&name).is_ok()
    }
}

#[rustfmt::skip]
const GLOBAL: &[&str] = &[
    "AbortAll", "AbortRequest", "AllowCreateApp", "CancelReload", "CancelRequest", "ConfigureReload",
    "CopyApp", "CreateApp", "CreateDocEx", "CreateSessionApp", "CreateSessionAppFromApp", "DeleteApp",
    "EngineVersion", "ExportApp", "GetActiveDoc", "GetAppEntry", "GetAuthenticatedUser", "GetBNF",
    "GetBaseBNF", "GetBaseBNFHash", "GetBaseBNFString", "GetConfiguration", "GetCustomConnectors",
    "GetDatabasesFromConnectionString", "GetDefaultAppFolder", "GetDocList", "GetFolderItemsForPath",
    "GetFunctions", "GetInteract", "GetLogicalDriveStrings", "GetMyDocumentsFolder", "GetOdbcDsns",
    "GetOleDbProviders", "GetProgress", "GetStreamList", "GetSupportedCodePages", "GetUniqueID", "ImportApp",
    "ImportAppEx", "InteractDone", "IsDesktopMode", "IsPersonalMode", "IsValidConnectionString", "OSName",
    "OSVersion", "OpenDoc", "ProductVersion", "PublishApp", "QTProduct", "QvVersion", "ReloadExtensionList",
    "ReplaceAppFromID", "ReplaceAppFromPath", "SaveAs", "ShutdownProcess",
];

#[rustfmt::skip]
const DOC: &[&str] = &[
    "AbortModal", "AddAlternateState", "AddFieldFromExpression", "AddSessionAlternateState",
    "ApplyAndVerifyBookmark", "ApplyBookmark", "ApplyGroupStates", "ApplyTemporaryBookmark", "Back",
    "BackCount", "BulkRequest", "ChangeSessionAppOwner", "ChangeSessionAppSpace", "CheckExpression",
    "CheckNumberOrExpression", "CheckScriptSyntax", "ClearAll", "ClearAllSoftPatches", "ClearUndoBuffer",
    "CloneBookmark", "CloneDimension", "CloneMeasure", "CloneObject", "CommitDraft", "CommitScript",
    "CreateBookmark", "CreateBookmarkEx", "CreateConnection", "CreateDimension", "CreateDraft",
    "CreateMeasure", "CreateObject", "CreateSessionObject", "CreateSessionVariable",
    "CreateTemporaryBookmark", "CreateVariable", "CreateVariableEx", "DeleteConnection", "DestroyBookmark",
    "DestroyDimension", "DestroyDraft", "DestroyMeasure", "DestroyObject", "DestroySessionObject",
    "DestroySessionVariable", "DestroySessionVariableById", "DestroySessionVariableByName",
    "DestroyVariableById", "DestroyVariableByName", "DoReload", "DoReloadEx", "DoSave", "Evaluate",
    "EvaluateEx", "ExpandExpression", "ExportReducedData", "FindMatchingFields", "Forward", "ForwardCount",
    "GetActiveSheetId", "GetAllInfos", "GetAppLayout", "GetAppProperties", "GetAssociationScores",
    "GetBookmark", "GetBookmarks", "GetConnection", "GetConnections", "GetContentLibraries",
    "GetDatabaseInfo", "GetDatabaseOwners", "GetDatabaseTableFields", "GetDatabaseTablePreview",
    "GetDatabaseTables", "GetDatabases", "GetDimension", "GetEmptyScript", "GetExpressionBNF",
    "GetExpressionBNFHash", "GetFavoriteVariables", "GetField", "GetFieldAndColumnSamples",
    "GetFieldDescription", "GetFieldOnTheFlyByName", "GetFieldsFromExpression", "GetFieldsResourceIds",
    "GetFileTableFields", "GetFileTablePreview", "GetFileTables", "GetFileTablesEx",
    "GetFolderItemsForConnection", "GetGroupStates", "GetIncludeFileContent", "GetLayoutProperties",
    "GetLibraryContent", "GetLineage", "GetLocaleInfo", "GetLooselyCoupledVector", "GetMatchingFields",
    "GetMeasure", "GetMeasureWithLabel", "GetMediaList", "GetObject", "GetObjects", "GetOrCreateObject",
    "GetScript", "GetScriptBreakpoints", "GetScriptEx", "GetScriptMeta", "GetSetAnalysis", "GetSheetObject",
    "GetTableData", "GetTableProfileData", "GetTablesAndKeys", "GetTextMacros", "GetVariable",
    "GetVariableById", "GetVariableByName", "GetVariables", "GetViewDlgSaveInfo", "GuessFileType", "LockAll",
    "MigrateDerivedFields", "MigrateVariables", "ModifyConnection", "Publish", "Redo", "RemoveAlternateState",
    "RemoveSessionAlternateState", "RemoveVariable", "ReplaceBookmark", "RestoreTempSelectionState", "Resume",
    "SaveAs", "SaveObjects", "Scramble", "SearchAssociations", "SearchObjects", "SearchResults",
    "SearchSuggest", "SearchValues", "SelectAssociations", "SendGenericCommandToCustomConnector",
    "SetAppObjectSortingRank", "SetAppProperties", "SetFavoriteVariables", "SetFetchLimit",
    "SetLooselyCoupledVector", "SetProhibitBinaryLoad", "SetScript", "SetScriptBreakpoints",
    "SetViewDlgSaveInfo", "StoreTempSelectionState", "TransformApp", "UnPublish", "Undo", "UnlockAll",
    "UploadTable",
];

#[rustfmt::skip]
const GENERIC_OBJECT: &[&str] = &[
    "AbortListObjectSearch", "AcceptListObjectSearch", "AddGroupMembers", "ApplyPatches", "Approve",
    "BeginSelections", "ClearSelections", "ClearSoftPatches", "CollapseLeft", "CollapseTop", "CopyFrom",
    "CreateChild", "CreateGroup", "DestroyAllChildren", "DestroyChild", "DrillUp", "EmbedSnapshotObject",
    "EndSelections", "ExpandLeft", "ExpandTop", "ExportData", "GetChild", "GetChildInfos",
    "GetEffectiveProperties", "GetFullPropertyTree", "GetHyperCubeBinnedData", "GetHyperCubeContinuousData",
    "GetHyperCubeData", "GetHyperCubePivotData", "GetHyperCubeReducedData", "GetHyperCubeStackData",
    "GetHyperCubeTreeData", "GetInfo", "GetLayout", "GetLinkedObjects", "GetListObjectData", "GetParent",
    "GetProperties", "GetSnapshotObject", "Lock", "MultiRangeSelectHyperCubeValues",
    "MultiRangeSelectTreeDataValues", "Publish", "RangeSelectHyperCubeValues", "RemoveGroup",
    "RemoveGroupMembers", "ResetMadeSelections", "SearchListObjectFor", "SelectHyperCubeCells",
    "SelectHyperCubeContinuousRange", "SelectHyperCubeValues", "SelectListObjectAll",
    "SelectListObjectAlternative", "SelectListObjectContinuousRange", "SelectListObjectExcluded",
    "SelectListObjectPossible", "SelectListObjectValues", "SelectPivotCells", "SetActiveField",
    "SetChildArrayOrder", "SetFullPropertyTree", "SetGroupLabel", "SetProperties", "StepCycle", "StoreData",
    "UnApprove", "UnPublish", "Unlock",
];

#[rustfmt::skip]
const GENERIC_BOOKMARK: &[&str] = &[
    "Apply", "ApplyAndVerify", "ApplyPatches", "Approve", "GetFieldValues", "GetFieldValuesEx", "GetInfo",
    "GetLayout", "GetProperties", "GetSetAnalysis", "Publish", "SetProperties", "UnApprove", "UnPublish",
];

#[rustfmt::skip]
const GENERIC_DIMENSION: &[&str] = &[
    "ApplyPatches", "Approve", "GetActiveField", "GetDimension", "GetInfo", "GetLayout", "GetLinkedObjects",
    "GetProperties", "Publish", "SetActiveField", "SetProperties", "StepCycle", "UnApprove", "UnPublish",
];

#[rustfmt::skip]
const GENERIC_MEASURE: &[&str] = &[
    "ApplyPatches", "Approve", "GetInfo", "GetLayout", "GetLinkedObjects", "GetMeasure", "GetProperties",
    "Publish", "SetProperties", "UnApprove", "UnPublish",
];

#[rustfmt::skip]
const GENERIC_VARIABLE: &[&str] = &[
    "ApplyPatches", "GetInfo", "GetLayout", "GetProperties", "GetRawContent", "SetDualValue", "SetNumValue",
    "SetProperties", "SetStringValue",
];

#[rustfmt::skip]
const FIELD: &[&str] = &[
    "Clear", "ClearAllButThis", "GetAndMode", "GetCardinal", "GetNxProperties", "Lock", "LowLevelSelect",
    "Select", "SelectAll", "SelectAlternative", "SelectExcluded", "SelectPossible", "SelectValues",
    "SetAndMode", "SetNxProperties", "ToggleSelect", "Unlock",
];

#[rustfmt::skip]
const VARIABLE: &[&str] = &[
    "ForceContent", "GetContent", "GetNxProperties", "GetRawContent", "SetContent", "SetNxProperties",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_as_the_search_needs() {
        for class in Class::ALL {
            assert!(class.methods().is_sorted(), "{}", class.name());
        }
        assert!(Class::Doc.has_method("Evaluate"));
        assert!(!Class::Global.has_method("Evaluate"));
    }
}
