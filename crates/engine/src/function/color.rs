//! Colours: duals of `RGB(r,g,b)` or `ARGB(a,r,g,b)` and the number 0xAARRGGBB.

use super::{Args, Function};
use crate::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("argb", 4, 4, |args| {
        Some(argb(channel(args, 0)?, channels(args, 1)?))
    }),
    Function::new("black", 0, 1, |args| named(args, [0, 0, 0])),
    Function::new("blue", 0, 1, |args| named(args, [0, 0, 128])),
    Function::new("brown", 0, 1, |args| named(args, [128, 128, 0])),
    Function::new("colormix1", 3, 3, |args| {
        Some(mix(args.num(0)?, color(args, 1)?, color(args, 2)?))
    }),
    Function::new("colormix2", 3, 4, color_mix_2),
    Function::new("cyan", 0, 1, |args| named(args, [0, 128, 128])),
    Function::new("darkgray", 0, 1, |args| named(args, [128, 128, 128])),
    Function::new("green", 0, 1, |args| named(args, [0, 128, 0])),
    Function::new("hsl", 3, 3, |args| {
        Some(rgb(from_hsl(unit(args, 0)?, unit(args, 1)?, unit(args, 2)?)))
    }),
    Function::new("lightblue", 0, 1, |args| named(args, [0, 0, 255])),
    Function::new("lightcyan", 0, 1, |args| named(args, [0, 255, 255])),
    Function::new("lightgray", 0, 1, |args| named(args, [192, 192, 192])),
    Function::new("lightgreen", 0, 1, |args| named(args, [0, 255, 0])),
    Function::new("lightmagenta", 0, 1, |args| named(args, [255, 0, 255])),
    Function::new("lightred", 0, 1, |args| named(args, [255, 0, 0])),
    Function::new("magenta", 0, 1, |args| named(args, [128, 0, 128])),
    Function::new("red", 0, 1, |args| named(args, [128, 0, 0])),
    Function::new("rgb", 3, 3, |args| Some(rgb(channels(args, 0)?))),
    Function::new("white", 0, 1, |args| named(args, [255, 255, 255])),
    Function::new("yellow", 0, 1, |args| named(args, [255, 255, 0])),
];

/// Red, green and blue.
type Rgb = [u8; 3];

fn rgb(color: Rgb) -> Value {
    let [red, green, blue] = color;
    Value::dual(format!("RGB({red},{green},{blue})"), number(255, color))
}

fn argb(alpha: u8, color: Rgb) -> Value {
    let [red, green, blue] = color;
    Value::dual(
        format!("ARGB({alpha},{red},{green},{blue})"),
        number(alpha, color),
    )
}

fn number(alpha: u8, [red, green, blue]: Rgb) -> f64 {
    f64::from(u32::from_be_bytes([alpha, red, green, blue]))
}

/// A named colour, with an alpha value if one is given.
fn named(args: &Args<'_>, color: Rgb) -> Option<Value> {
    if args.has(0) {
        Some(argb(channel(args, 0)?, color))
    } else {
        Some(rgb(color))
    }
}

/// A channel's value, cut to 0 to 255.
fn channel(args: &Args<'_>, index: usize) -> Option<u8> {
    u8::try_from(args.int(index)?.clamp(0, 255)).ok()
}

fn channels(args: &Args<'_>, first: usize) -> Option<Rgb> {
    Some([
        channel(args, first)?,
        channel(args, first + 1)?,
        channel(args, first + 2)?,
    ])
}

/// A number cut to 0 to 1.
fn unit(args: &Args<'_>, index: usize) -> Option<f64> {
    Some(args.num(index)?.clamp(0.0, 1.0))
}

/// The four channels of a colour's number, alpha first.
fn color(args: &Args<'_>, index: usize) -> Option<[u8; 4]> {
    let number = args.int(index)?;
    u32::try_from(number.rem_euclid(1 << 32))
        .ok()
        .map(u32::to_be_bytes)
}

/// The colour so far on the way from one to the other.
fn mix(way: f64, from: [u8; 4], to: [u8; 4]) -> Value {
    let way = way.clamp(0.0, 1.0);
    let between = |from: u8, to: u8| byte(f64::from(from) + (f64::from(to) - f64::from(from)) * way);
    let [alpha, red, green, blue] = std::array::from_fn(|channel| between(from[channel], to[channel]));
    if alpha == 255 {
        rgb([red, green, blue])
    } else {
        argb(alpha, [red, green, blue])
    }
}

/// From −1 over 0 to 1; without a colour for 0, straight from −1 to 1.
fn color_mix_2(args: &Args<'_>) -> Option<Value> {
    let (way, minus, plus) = (args.num(0)?, color(args, 1)?, color(args, 2)?);
    if !args.has(3) {
        return Some(mix(f64::midpoint(way, 1.0), minus, plus));
    }
    let zero = color(args, 3)?;
    Some(if way < 0.0 {
        mix(-way, zero, minus)
    } else {
        mix(way, zero, plus)
    })
}

fn from_hsl(hue: f64, saturation: f64, luminosity: f64) -> Rgb {
    let chroma = (1.0 - (2.0 * luminosity - 1.0).abs()) * saturation;
    let sector = hue.fract() * 6.0;
    let second = chroma * (1.0 - (sector % 2.0 - 1.0).abs());
    let (red, green, blue) = match sector as u8 {
        0 => (chroma, second, 0.0),
        1 => (second, chroma, 0.0),
        2 => (0.0, chroma, second),
        3 => (0.0, second, chroma),
        4 => (second, 0.0, chroma),
        _ => (chroma, 0.0, second),
    };
    let base = luminosity - chroma / 2.0;
    [red, green, blue].map(|part| byte((part + base) * 255.0))
}

/// Casting saturates at 0 and 255.
fn byte(num: f64) -> u8 {
    num.round() as u8
}
