//! The schema's property structures with their defaults.

use super::{Kind, Shape};
use crate::enumeration::table::{
    FIELD_ATTR_TYPE, NX_CONTINUOUS_MODE, NX_DATA_REDUCTION_MODE, NX_FREQUENCY_MODE, NX_GRP_TYPE,
    NX_HYPERCUBE_MODE, NX_L_TRENDLINE_TYPE, NX_ORIGIN, NX_TRENDLINE_MODE, OTHER_LIMIT_MODE, OTHER_MODE,
    OTHER_SORT_MODE, TOTAL_MODE, USAGE_ENUM,
};
use Kind::{
    Array, Enum, Expr, Flag, FlagOn, Int, List, OptionalEnum, OptionalInt, OptionalStruct, Struct, Text,
};

pub(super) const HYPER_CUBE: Shape = Shape {
    name: "HyperCubeDef",
    members: &[
        ("qStateName", Text),
        ("qDimensions", List(&DIMENSION)),
        ("qMeasures", List(&MEASURE)),
        ("qInterColumnSortOrder", Array),
        ("qSuppressZero", Flag),
        ("qSuppressMissing", Flag),
        ("qInitialDataFetch", List(&PAGE)),
        ("qReductionMode", Enum(&NX_DATA_REDUCTION_MODE, 0)),
        ("qMode", Enum(&NX_HYPERCUBE_MODE, 0)),
        ("qPseudoDimPos", Int(-1)),
        ("qNoOfLeftDims", Int(-1)),
        ("qAlwaysFullyExpanded", Flag),
        ("qMaxStackedCells", Int(5000)),
        ("qPopulateMissing", Flag),
        ("qShowTotalsAbove", Flag),
        ("qIndentMode", Flag),
        ("qCalcCond", Expr),
        ("qSortbyYValue", OptionalInt),
        ("qTitle", Expr),
        ("qCalcCondition", Struct(&CONDITION)),
        ("qColumnOrder", Array),
        ("qExpansionState", Array),
        ("qDynamicScript", Array),
        ("qContextSetExpression", Text),
        ("qSuppressMeasureTotals", Flag),
    ],
};

pub(super) const LIST_OBJECT: Shape = Shape {
    name: "ListObjectDef",
    members: &[
        ("qStateName", Text),
        ("qLibraryId", Text),
        ("qDef", Struct(&INLINE_DIMENSION)),
        ("qAutoSortByState", Struct(&AUTO_SORT)),
        ("qFrequencyMode", Enum(&NX_FREQUENCY_MODE, 0)),
        ("qShowAlternatives", Flag),
        ("qInitialDataFetch", List(&PAGE)),
        ("qExpressions", List(&LIST_EXPRESSION)),
        ("qDirectQuerySimplifiedView", Flag),
        ("qShowTitle", Flag),
        ("qTitle", Expr),
        ("qOtherTotalSpec", Struct(&OTHER)),
    ],
};

pub(super) const LIBRARY_DIMENSION: Shape = Shape {
    name: "NxLibraryDimensionDef",
    members: &[
        ("qGrouping", Enum(&NX_GRP_TYPE, 0)),
        ("qFieldDefs", Array),
        ("qFieldLabels", Array),
        ("qLabelExpression", Text),
        ("qAlias", Text),
        ("qOrigin", OptionalEnum(&NX_ORIGIN)),
    ],
};

pub(super) const LIBRARY_MEASURE: Shape = Shape {
    name: "NxLibraryMeasureDef",
    members: &[
        ("qLabel", Text),
        ("qDef", Text),
        ("qGrouping", Enum(&NX_GRP_TYPE, 0)),
        ("qExpressions", Array),
        ("qActiveExpression", Int(0)),
        ("qLabelExpression", Text),
        ("qNumFormat", OptionalStruct(&NUMBER_FORMAT)),
        ("qOrigin", OptionalEnum(&NX_ORIGIN)),
    ],
};

const DIMENSION: Shape = Shape {
    name: "NxDimension",
    members: &[
        ("qLibraryId", Text),
        ("qDef", Struct(&INLINE_DIMENSION)),
        ("qNullSuppression", Flag),
        ("qIncludeElemValue", Flag),
        ("qOtherTotalSpec", Struct(&OTHER)),
        ("qShowAll", Flag),
        ("qOtherLabel", Expr),
        ("qTotalLabel", Expr),
        ("qCalcCond", Expr),
        ("qAttributeExpressions", List(&ATTRIBUTE_EXPRESSION)),
        ("qAttributeDimensions", List(&ATTRIBUTE_DIMENSION)),
        ("qCalcCondition", Struct(&CONDITION)),
    ],
};

const INLINE_DIMENSION: Shape = Shape {
    name: "NxInlineDimensionDef",
    members: &[
        ("qGrouping", Enum(&NX_GRP_TYPE, 0)),
        ("qFieldDefs", Array),
        ("qFieldLabels", Array),
        ("qSortCriterias", List(&SORT)),
        ("qNumberPresentations", List(&NUMBER_FORMAT)),
        ("qReverseSort", Flag),
        ("qActiveField", Int(0)),
        ("qLabelExpression", Text),
        ("qAlias", Text),
    ],
};

const MEASURE: Shape = Shape {
    name: "NxMeasure",
    members: &[
        ("qLibraryId", Text),
        ("qDef", Struct(&INLINE_MEASURE)),
        ("qSortBy", Struct(&SORT)),
        ("qAttributeExpressions", List(&ATTRIBUTE_EXPRESSION)),
        ("qAttributeDimensions", List(&ATTRIBUTE_DIMENSION)),
        ("qCalcCond", Expr),
        ("qCalcCondition", Struct(&CONDITION)),
        ("qTrendLines", List(&TREND_LINE)),
        ("qMiniChartDef", Struct(&MINI_CHART)),
    ],
};

const INLINE_MEASURE: Shape = Shape {
    name: "NxInlineMeasureDef",
    members: &[
        ("qLabel", Text),
        ("qDescription", Text),
        ("qTags", Array),
        ("qGrouping", Enum(&NX_GRP_TYPE, 0)),
        ("qDef", Text),
        ("qNumFormat", OptionalStruct(&NUMBER_FORMAT)),
        ("qRelative", Flag),
        ("qBrutalSum", Flag),
        ("qAggrFunc", Text),
        ("qAccumulate", Int(0)),
        ("qReverseSort", Flag),
        ("qActiveExpression", Int(0)),
        ("qExpressions", Array),
        ("qLabelExpression", Text),
    ],
};

const SORT: Shape = Shape {
    name: "SortCriteria",
    members: &[
        ("qSortByState", OptionalInt),
        ("qSortByFrequency", OptionalInt),
        ("qSortByNumeric", OptionalInt),
        ("qSortByAscii", OptionalInt),
        ("qSortByLoadOrder", OptionalInt),
        ("qSortByExpression", OptionalInt),
        ("qExpression", Expr),
        ("qSortByGreyness", OptionalInt),
    ],
};

pub(super) const NUMBER_FORMAT: Shape = Shape {
    name: "FieldAttributes",
    members: &[
        ("qType", Enum(&FIELD_ATTR_TYPE, 0)),
        ("qnDec", Int(10)),
        ("qUseThou", Int(0)),
        ("qFmt", Text),
        ("qDec", Text),
        ("qThou", Text),
    ],
};

const OTHER: Shape = Shape {
    name: "OtherTotalSpecProp",
    members: &[
        ("qOtherMode", Enum(&OTHER_MODE, 0)),
        ("qOtherCounted", Expr),
        ("qOtherLimit", Expr),
        ("qOtherLimitMode", Enum(&OTHER_LIMIT_MODE, 2)),
        ("qSuppressOther", Flag),
        ("qForceBadValueKeeping", FlagOn),
        ("qApplyEvenWhenPossiblyWrongResult", FlagOn),
        ("qGlobalOtherGrouping", Flag),
        ("qOtherCollapseInnerDimensions", Flag),
        ("qOtherSortMode", Enum(&OTHER_SORT_MODE, 1)),
        ("qTotalMode", Enum(&TOTAL_MODE, 0)),
        ("qReferencedExpression", Expr),
    ],
};

const ATTRIBUTE_EXPRESSION: Shape = Shape {
    name: "NxAttrExprDef",
    members: &[
        ("qExpression", Text),
        ("qLibraryId", Text),
        ("qAttribute", Flag),
        ("qNumFormat", OptionalStruct(&NUMBER_FORMAT)),
        ("qLabel", Text),
        ("qLabelExpression", Text),
    ],
};

const ATTRIBUTE_DIMENSION: Shape = Shape {
    name: "NxAttrDimDef",
    members: &[
        ("qDef", Text),
        ("qLibraryId", Text),
        ("qSortBy", Struct(&SORT)),
        ("qAttribute", Flag),
    ],
};

const MINI_CHART: Shape = Shape {
    name: "NxMiniChartDef",
    members: &[
        ("qDef", Text),
        ("qLibraryId", Text),
        ("qSortBy", Struct(&SORT)),
        ("qOtherTotalSpec", Struct(&OTHER)),
        ("qMaxNumberPoints", Int(-1)),
        ("qAttributeExpressions", List(&ATTRIBUTE_EXPRESSION)),
        ("qNullSuppression", Flag),
    ],
};

const PAGE: Shape = Shape {
    name: "NxPage",
    members: &[
        ("qLeft", Int(0)),
        ("qTop", Int(0)),
        ("qWidth", Int(0)),
        ("qHeight", Int(0)),
    ],
};

const CONDITION: Shape = Shape {
    name: "NxCalcCond",
    members: &[("qCond", Expr), ("qMsg", Expr)],
};
const AUTO_SORT: Shape = Shape {
    name: "NxAutoSortByStateDef",
    members: &[("qDisplayNumberOfRows", OptionalInt)],
};
const LIST_EXPRESSION: Shape = Shape {
    name: "NxListObjectExpressionDef",
    members: &[("qExpr", Text), ("qLibraryId", Text)],
};

const TREND_LINE: Shape = Shape {
    name: "NxTrendlineDef",
    members: &[
        ("qType", OptionalEnum(&NX_L_TRENDLINE_TYPE)),
        ("qContinuousXAxis", OptionalEnum(&NX_CONTINUOUS_MODE)),
        ("qMultiDimMode", OptionalEnum(&NX_TRENDLINE_MODE)),
    ],
};

pub(super) const APP: Shape = Shape {
    name: "NxAppProperties",
    members: &[("qUsage", OptionalEnum(&USAGE_ENUM))],
};

/// All of them, for tests.
#[cfg(test)]
pub(super) const ALL: &[&Shape] = &[
    &HYPER_CUBE,
    &LIST_OBJECT,
    &LIBRARY_DIMENSION,
    &LIBRARY_MEASURE,
    &DIMENSION,
    &INLINE_DIMENSION,
    &MEASURE,
    &INLINE_MEASURE,
    &NUMBER_FORMAT,
    &OTHER,
    &TREND_LINE,
    &APP,
];
