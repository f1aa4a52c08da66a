//! What `cdk synth` writes: a folder, `cdk.out` by default, whose `manifest.json` names every template in it, and the files
//! that are put into S3 before a template is deployed.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::Reach;
use super::limits::MAX_VALUES;

/// The name of the manifest [CDK cloud assembly].
const MANIFEST: &str = "manifest.json";

/// The type of an artifact that lists the files of a stack.
const ASSETS: &str = "cdk:asset-manifest";

/// The name of the folder, unless the project says another.
pub const FOLDER: &str = "cdk.out";

/// Stages stand in assemblies of their own, inside one another.
const DEEPEST: usize = 8;

/// The templates of the assembly in `folder`, in the order of their names; `None` where there is no assembly.
pub fn templates(folder: &Path, reach: &Reach) -> Option<Vec<PathBuf>> {
    let mut found = BTreeSet::new();
    collect(folder, reach, DEEPEST, &mut BTreeSet::new(), &mut found)?;
    // What else is in an assembly is not looked at: a manifest without a template must not hide it.
    let is_one = !found.is_empty() || folder.ends_with(FOLDER);
    is_one.then(|| found.into_iter().collect())
}

/// Whether the CDK wrote `folder`.
pub fn is_one(folder: &Path, reach: &Reach) -> bool {
    // Most folders have no such file.
    folder.join(MANIFEST).exists() && templates(folder, reach).is_some()
}

/// Collects what `folder` and the assemblies in it have; `seen` are those, and their files, that were looked at: one may
/// name itself.
fn collect(
    folder: &Path,
    reach: &Reach,
    depth: usize,
    seen: &mut BTreeSet<PathBuf>,
    found: &mut BTreeSet<PathBuf>,
) -> Option<()> {
    if !seen.insert(folder.canonicalize().ok()?) {
        return Some(());
    }
    let manifest = json(&folder.join(MANIFEST), folder, reach)?;
    // Others have a file of this name, too: an assembly has a version, and artifacts or none.
    manifest.get("version")?.as_str()?;
    let artifacts = match manifest.get("artifacts") {
        Some(artifacts) => artifacts.as_object()?,
        None if folder.ends_with(FOLDER) => return Some(()),
        None => return None,
    };
    for path in asset_manifests(artifacts, folder, reach, seen) {
        let assets = json(&path, folder, reach);
        found.extend(assets.iter().flat_map(|assets| nested(folder, assets)));
    }
    for artifact in artifacts.values() {
        let named = |member: &str| named(artifact, member, folder);
        match kind(artifact) {
            "aws:cloudformation:stack" => found.extend(named("templateFile")),
            "cdk:cloud-assembly" if depth > 0 => {
                if let Some(stage) = named("directoryName") {
                    let _ = collect(&stage, reach, depth - 1, seen, found);
                }
            }
            _ => {}
        }
    }
    Some(())
}

fn kind(artifact: &Value) -> &str {
    artifact.get("type").and_then(Value::as_str).unwrap_or_default()
}

/// The file or folder that a property of an artifact names.
fn named(artifact: &Value, property: &str, folder: &Path) -> Option<PathBuf> {
    inside(folder, artifact.get("properties")?.get(property)?)
}

/// The files that list what is put into S3, each once, whatever it is called and by however many artifacts.
fn asset_manifests(
    artifacts: &serde_json::Map<String, Value>,
    folder: &Path,
    reach: &Reach,
    seen: &mut BTreeSet<PathBuf>,
) -> Vec<PathBuf> {
    let of_assets = artifacts.values().filter(|artifact| kind(artifact) == ASSETS);
    let files = of_assets.filter_map(|artifact| named(artifact, "file", folder));
    files
        .filter(|file| reach.whole(file).is_some_and(|whole| seen.insert(whole)))
        .collect()
}

/// The templates of nested stacks, which are assets of their parent.
fn nested<'a>(folder: &'a Path, assets: &'a Value) -> impl Iterator<Item = PathBuf> + 'a {
    let files = assets.get("files").and_then(Value::as_object).into_iter();
    files
        .flat_map(serde_json::Map::values)
        .filter_map(|file| inside(folder, file.get("source")?.get("path")?))
        .filter(|path| path.to_string_lossy().ends_with(".nested.template.json"))
}

/// The files of an assembly by the keys that they get in S3.
#[derive(Debug, Default)]
pub struct Assets(FxHashMap<String, PathBuf>);

impl Assets {
    /// Those of the assembly in `folder`; `None` where it has no manifest of one.
    fn of_folder(folder: &Path, by: &Path, reach: &Reach) -> Option<Assets> {
        let Value::Object(mut manifest) = json(&folder.join(MANIFEST), by, reach)? else {
            return None;
        };
        let Value::Object(artifacts) = manifest.remove("artifacts")? else {
            return None;
        };
        let manifests = asset_manifests(&artifacts, folder, reach, &mut BTreeSet::new());
        Some(Assets::of(manifests, folder, by, reach))
    }

    fn of(manifests: impl IntoIterator<Item = PathBuf>, folder: &Path, by: &Path, reach: &Reach) -> Assets {
        let mut assets = Assets::default();
        for path in manifests {
            if let Some(manifest) = json(&path, by, reach) {
                assets.add(folder, &manifest);
            }
        }
        assets
    }

    fn add(&mut self, folder: &Path, manifest: &Value) {
        for file in manifest
            .get("files")
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(|files| files.values())
        {
            let source = file.get("source");
            let text = |member: &str| source?.get(member)?.as_str();
            // Folders are packed.
            let (Some(path), "file") = (text("path"), text("packaging").unwrap_or("file")) else {
                continue;
            };
            let destinations = file.get("destinations").and_then(Value::as_object);
            let keys = destinations.into_iter().flat_map(|all| all.values());
            for key in keys.filter_map(|destination| destination.get("objectKey")?.as_str()) {
                // Those of a stage stand in the folder above it.
                self.0.entry(key.to_owned()).or_insert_with(|| folder.join(path));
            }
        }
    }

    /// The file that is put into S3 under a key.
    pub fn file(&self, key: &str) -> Option<&Path> {
        self.0.get(key).map(PathBuf::as_path)
    }
}

/// The assemblies that were looked into, by their folders: hundreds of templates may stand in one, whose manifest is as
/// long as they are many. Clones share what they know.
#[derive(Debug, Clone, Default)]
pub struct Assemblies(Arc<Mutex<FxHashMap<PathBuf, Option<Arc<Assets>>>>>);

impl Assemblies {
    /// The files of the assembly that `template` stands in; where the folder has no manifest, those of the template alone,
    /// which stand in a file beside it (`Orders.template.json`, `Orders.assets.json`).
    pub fn around(&self, template: &Path, reach: &Reach) -> Arc<Assets> {
        let folder = template.parent().unwrap_or(Path::new(""));
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let assembly = known
            .entry(folder.to_owned())
            .or_insert_with(|| Assets::of_folder(folder, template, reach).map(Arc::new));
        (assembly.clone()).unwrap_or_else(|| Arc::new(Assets::of(beside(template), folder, template, reach)))
    }
}

/// The asset manifest that belongs to a template, by its name.
fn beside(template: &Path) -> Option<PathBuf> {
    let name = template.file_name()?.to_str()?;
    let stack = name.strip_suffix(".template.json")?;
    Some(template.with_file_name(format!("{stack}.assets.json")))
}

/// The path of a file that a manifest names; `None` for one that leads out of the assembly.
fn inside(folder: &Path, name: &Value) -> Option<PathBuf> {
    let name = Path::new(name.as_str()?);
    let is_inside = name
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    is_inside.then(|| folder.join(name))
}

fn json(path: &Path, folder: &Path, reach: &Reach) -> Option<Value> {
    let file = reach.read(path, folder).ok()?;
    // Each value but the first follows one of these.
    let values = file
        .text()
        .bytes()
        .filter(|byte| matches!(byte, b',' | b':' | b'['));
    match values.count() < MAX_VALUES {
        true => serde_json::from_str(file.text()).ok(),
        false => None,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn stacks_stages_and_nested_stacks_are_found_and_nothing_outside() {
        let root = tempfile::tempdir().expect("a folder");
        let stage = root.path().join("assembly-Prod");
        fs::create_dir(&stage).expect("a folder");
        let write = |path: PathBuf, text: &str| fs::write(path, text).expect("a file");
        write(
            root.path().join(MANIFEST),
            r#"{"version": "36.0.0", "artifacts": {
                "Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}},
                "Orders": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Orders.template.json"}},
                "Bad": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "../x.json"}},
                "Worse": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "/etc/x.json"}},
                "Orders.assets": {"type": "cdk:asset-manifest", "properties": {"file": "Orders.assets.json"}},
                "assembly-Prod": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}},
                "assembly-Self": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}}}"#,
        );
        write(
            root.path().join("Orders.assets.json"),
            r#"{"files": {"1": {"source": {"path": "Inner.nested.template.json"}}, "2": {"source": {"path": "asset.2.zip"}}}}"#,
        );
        write(
            stage.join(MANIFEST),
            r#"{"version": "36.0.0", "artifacts": {
                "P": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "P.template.json"}}}}"#,
        );
        let found = templates(root.path(), &Reach::default()).expect("an assembly");
        let names: Vec<_> = (found.iter())
            .map(|path| path.strip_prefix(root.path()).expect("inside"))
            .collect();
        assert_eq!(
            names,
            [
                Path::new("Inner.nested.template.json"),
                Path::new("Orders.template.json"),
                Path::new("assembly-Prod/P.template.json")
            ]
        );
    }

    #[test]
    fn assets_are_known_by_their_keys() {
        let root = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| fs::write(root.path().join(name), text).expect("a file");
        let assets = r#"{"files": {
            "1": {"source": {"path": "asset.1.json", "packaging": "file"}, "destinations": {
                "current_account-current_region": {"bucketName": "b", "objectKey": "1.json"},
                "123456789012-eu-west-1": {"bucketName": "b", "objectKey": "prefix/1.json"}}},
            "2": {"source": {"path": "../asset.2.json"}, "destinations": {"d": {"objectKey": "2.json"}}},
            "3": {"source": {"path": "asset.3", "packaging": "zip"}, "destinations": {"d": {"objectKey": "3.zip"}}}}}"#;
        write("Orders.assets.json", assets);
        let template = root.path().join("Orders.template.json");
        let look = |template: &Path| {
            let assets = Assemblies::default().around(template, &Reach::default());
            ["1.json", "prefix/1.json", "2.json", "3.zip", "4.json"].map(|key| {
                assets
                    .file(key)
                    .map(|path| path.strip_prefix(root.path()).expect("below").to_owned())
            })
        };
        let one = Some(PathBuf::from("asset.1.json"));
        let expected = [
            one.clone(),
            one,
            Some(PathBuf::from("../asset.2.json")),
            None,
            None,
        ];
        assert_eq!(look(&template), expected);
        // Another template's are none of its own, unless a manifest says that they are of one assembly.
        let other = root.path().join("Inner.nested.template.json");
        assert_eq!(look(&other), [const { None }; 5]);
        write(
            MANIFEST,
            r#"{"version": "36.0.0", "artifacts": {
                "Orders.assets": {"type": "cdk:asset-manifest", "properties": {"file": "Orders.assets.json"}}}}"#,
        );
        assert_eq!(look(&other), expected);
    }

    #[test]
    fn an_assembly_is_read_once_for_all_of_its_templates() {
        let root = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| fs::write(root.path().join(name), text).expect("a file");
        let assets = |path: &str| {
            format!(
                r#"{{"files": {{"1": {{"source": {{"path": "{path}"}}, "destinations": {{"d": {{"objectKey": "k"}}}}}}}}}}"#
            )
        };
        write(
            MANIFEST,
            r#"{"version": "36.0.0", "artifacts": {"A": {"type": "cdk:asset-manifest", "properties": {"file": "A.json"}}}}"#,
        );
        write("A.json", &assets("first.json"));
        let known = Assemblies::default();
        let file = |known: &Assemblies, template: &str| {
            let found = known.around(&root.path().join(template), &Reach::default());
            found
                .file("k")
                .map(|path| path.strip_prefix(root.path()).expect("below").to_owned())
        };
        let first = Some(PathBuf::from("first.json"));
        assert_eq!(file(&known, "A.template.json"), first);
        write("A.json", &assets("second.json"));
        assert_eq!(file(&known.clone(), "B.template.json"), first);
        assert_eq!(
            file(&Assemblies::default(), "B.template.json"),
            Some(PathBuf::from("second.json"))
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_file_of_assets_is_read_once() {
        let root = tempfile::tempdir().expect("a folder");
        fs::write(root.path().join("a.json"), "{}").expect("a file");
        std::os::unix::fs::symlink("a.json", root.path().join("b.json")).expect("a link");
        let artifact = |file: &str| serde_json::json!({"type": ASSETS, "properties": {"file": file}});
        let artifacts = ["./a.json", "a.json", "b.json", "none.json", "../a.json"]
            .map(|file| (file.to_owned(), artifact(file)));
        let mut seen = BTreeSet::new();
        let mut found = || {
            asset_manifests(
                &artifacts.clone().into_iter().collect(),
                root.path(),
                &Reach::default(),
                &mut seen,
            )
        };
        assert_eq!(found(), [root.path().join("./a.json")]);
        assert!(found().is_empty());
    }

    #[test]
    fn a_manifest_of_millions_of_values_is_none() {
        let root = tempfile::tempdir().expect("a folder");
        for (count, is_read) in [(1_000, true), (MAX_VALUES, false)] {
            let values = "0,".repeat(count);
            let text = format!(
                r#"{{"version": "36.0.0", "artifacts": {{"S": {{"type": "aws:cloudformation:stack",
                    "properties": {{"templateFile": "S.template.json"}}}}}}, "x": [{values}0]}}"#
            );
            fs::write(root.path().join(MANIFEST), text).expect("a file");
            assert_eq!(
                templates(root.path(), &Reach::default()).is_some(),
                is_read,
                "{count}"
            );
        }
    }

    #[test]
    fn the_manifest_of_a_web_page_is_none() {
        let root = tempfile::tempdir().expect("a folder");
        // One that names no template hides nothing of what lies beside it.
        let without = r#"{"version": "36.0.0", "artifacts": {}}"#;
        for text in [
            r#"{"name": "page", "icons": []}"#,
            "{",
            r#"{"version": "1"}"#,
            without,
        ] {
            fs::write(root.path().join(MANIFEST), text).expect("a file");
            assert_eq!(templates(root.path(), &Reach::default()), None, "{text}");
        }
    }
}
