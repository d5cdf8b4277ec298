use fanlight_protocol::Class;

use super::{
    Method, app, app_objects, children, cube_data, cube_selection, expression, field, find, global, history,
};
use super::{library, list_selection, modal, object, variable};

/// A name that the contract does not know would be a slip of the pen.
#[test]
fn every_method_that_is_built_is_one_of_the_contract() {
    let tables: &[(Class, &[&[Method]])] = &[
        (
            Class::Doc,
            &[
                app::METHODS,
                app_objects::METHODS,
                expression::METHODS,
                history::METHODS,
                library::DOC_METHODS,
                variable::DOC_METHODS,
            ],
        ),
        (
            Class::GenericObject,
            &[
                object::METHODS,
                children::METHODS,
                cube_data::METHODS,
                cube_selection::METHODS,
                list_selection::METHODS,
                modal::METHODS,
            ],
        ),
        (
            Class::GenericDimension,
            &[library::METHODS, library::DIMENSION_METHODS],
        ),
        (
            Class::GenericMeasure,
            &[library::METHODS, library::MEASURE_METHODS],
        ),
        (Class::GenericVariable, &[variable::METHODS]),
        (Class::Field, &[field::METHODS]),
    ];
    for (class, tables) in tables {
        let mut names: Vec<&str> = tables
            .iter()
            .flat_map(|table| table.iter())
            .map(|method| method.name)
            .collect();
        for name in &names {
            assert!(class.has_method(name), "{}.{name}", class.name());
            assert!(find(*class, name).is_some());
        }
        let n_names = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), n_names, "{}: a name is there twice", class.name());
    }
    for method in global::METHODS {
        assert!(Class::Global.has_method(method.name), "Global.{}", method.name);
    }
}

/// `docs/COMPATIBILITY.md` says which methods are built; it must not say more or less than is true.
#[test]
fn the_documentation_lists_the_methods_that_are_built() {
    let text = include_str!("../../../../docs/COMPATIBILITY.md");
    for class in Class::ALL {
        let section = section(text, class.name());
        let is_built = |name: &str| match class {
            Class::Global => global::METHODS.iter().any(|method| method.name == name),
            _ => find(*class, name).is_some(),
        };
        let names = class.methods().iter().copied();
        let (built, unbuilt): (Vec<&str>, Vec<&str>) = names.partition(|name| is_built(name));
        assert_eq!(listed(section, "**Works ("), built, "{}: works", class.name());
        assert_eq!(
            listed(section, "**Answers 20 ("),
            unbuilt,
            "{}: answers 20",
            class.name()
        );
    }
}

fn section<'a>(text: &'a str, title: &str) -> &'a str {
    let (_, rest) = text
        .split_once(&format!("\n### {title}\n"))
        .unwrap_or_else(|| panic!("no section {title}"));
    rest.split("\n#").next().unwrap_or(rest)
}

/// The names in code spans of the paragraph that begins with `start`.
fn listed<'a>(section: &'a str, start: &str) -> Vec<&'a str> {
    let paragraph = section
        .split("\n\n")
        .find(|paragraph| paragraph.trim_start().starts_with(start))
        .unwrap_or_else(|| panic!("no paragraph {start}"));
    paragraph.split('`').skip(1).step_by(2).collect()
}
