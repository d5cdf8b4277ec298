//! The methods that are built, by class. Every table says of each method whether it reads or changes the session.

#![expect(
    clippy::needless_pass_by_value,
    reason = "every method owns its parameters, so that the tables can hold all of them"
)]

mod app;
mod app_objects;
mod children;
mod cube_data;
mod cube_selection;
mod expression;
mod field;
pub(crate) mod global;
mod grammar;
mod history;
mod library;
mod list_selection;
mod modal;
mod object;
mod variable;

use fanlight_protocol::Class;

use crate::call::{Editing, Outcome, Raw, Reading};

/// A method of a class.
pub(crate) struct Method {
    name: &'static str,
    run: Run,
}

/// How a method is run.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// It changes nothing; it may make handles.
    Read(fn(&mut Reading<'_>, Raw<'_>) -> Outcome),
    /// It may change the session.
    Edit(fn(&mut Editing<'_>, Raw<'_>) -> Outcome),
}

/// A method that reads: its name and a function of a [`Reading`] and its parameters.
macro_rules! reads {
    ($name:literal, $handler:path) => {
        $crate::methods::Method {
            name: $name,
            run: $crate::methods::Run::Read(|reading, raw| $handler(reading, $crate::call::read(raw)?)),
        }
    };
}

/// A method that changes the session: its name and a function of an [`Editing`] and its parameters.
macro_rules! edits {
    ($name:literal, $handler:path) => {
        $crate::methods::Method {
            name: $name,
            run: $crate::methods::Run::Edit(|editing, raw| $handler(editing, $crate::call::read(raw)?)),
        }
    };
}

/// A parameter struct: every parameter is optional on the wire and has its type's default.
macro_rules! params {
    ($($name:ident { $($field:ident: $kind:ty),* $(,)? })*) => {$(
        #[derive(Debug, Default, serde::Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        pub(super) struct $name {
            $(pub(super) $field: $kind,)*
        }
    )*};
}

use {edits, params, reads};

/// The method of this class and name, if it is built.
pub(crate) fn find(class: Class, name: &str) -> Option<Run> {
    let tables: &[&[Method]] = match class {
        Class::Doc => &[
            app::METHODS,
            app_objects::METHODS,
            expression::METHODS,
            history::METHODS,
            library::DOC_METHODS,
            variable::DOC_METHODS,
        ],
        Class::GenericObject => &[
            object::METHODS,
            children::METHODS,
            cube_data::METHODS,
            cube_selection::METHODS,
            list_selection::METHODS,
            modal::METHODS,
        ],
        Class::GenericDimension => &[library::METHODS, library::DIMENSION_METHODS],
        Class::GenericMeasure => &[library::METHODS, library::MEASURE_METHODS],
        Class::GenericVariable => &[variable::METHODS],
        Class::Field => &[field::METHODS],
        Class::Global | Class::GenericBookmark | Class::Variable => &[],
    };
    let mut methods = tables.iter().flat_map(|table| table.iter());
    methods
        .find(|method| method.name == name)
        .map(|method| method.run)
}

#[cfg(test)]
mod tests;
