"""Where policies are: a path, the administrator's folder, or the shipped ones."""

from pathlib import Path


def data_dir() -> Path:
    """Where the shipped templates and policies are: inside the installed package, or in the checkout."""
    package = Path(__file__).parent.parent
    installed = package / "_data"
    return installed if installed.is_dir() else package.parent


def policy_path(name: str, config: Path | None, folder: Path | None = None) -> Path:
    """The file of the policy *name*; *folder* is the administrator's, by default policies/ beside *config*."""
    if name.endswith(".toml"):
        return Path(name)
    own = folder or (config.parent / "policies" if config else None)
    if own is not None and (own / f"{name}.toml").is_file():
        return own / f"{name}.toml"
    return _shipped() / f"{name}.toml"


def policy_names(config: Path | None, folder: Path | None = None) -> list[str]:
    """The names that policy_path() finds."""
    own = folder or (config.parent / "policies" if config else None)
    folders = [f for f in (own, _shipped()) if f is not None]
    return sorted({path.stem for f in folders for path in f.glob("*.toml")})


def _shipped() -> Path:
    return data_dir() / "config" / "policies"
