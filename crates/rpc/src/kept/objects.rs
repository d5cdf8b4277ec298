//! Objects as they differ from the app's.

use serde::{Deserialize, Serialize};

use super::{Losses, from_text, to_text};
use crate::core::Core;
use crate::objects::Differences;

/// The version of the form below; another one is not read.
const FORM: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
struct Objects {
    form: u32,
    #[serde(flatten)]
    differences: Differences,
}

pub(super) fn write(core: &Core) -> String {
    to_text(&Objects {
        form: FORM,
        differences: core.objects.differences(&core.app.objects),
    })
}

pub(super) fn read(core: &mut Core, text: &str, losses: &mut Losses) {
    let read: Option<Objects> = from_text(text, "objects", losses);
    match read {
        Some(Objects {
            form: FORM,
            differences,
        }) => {
            for lost in core.objects_mut().apply(differences) {
                losses.add(lost);
            }
            core.refresh_library();
        }
        Some(_) => losses.add("objects"),
        None => {}
    }
}
