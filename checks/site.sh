#!/usr/bin/env bash
# Builds docs/ into a site with mdBook: the pages of docs/, and one for each rule, code and command that the tool prints.
# Then looks whether every link and anchor inside the site leads somewhere.
# 'checks/site.sh [--install] [FOLDER]': mdBook is that of PATH or of ~/.cache/sfn-tool-checks; --install installs it there
# with cargo. The site goes to FOLDER, which must not exist, or is only looked at.
# Exit 0: so it is, or there is no mdBook here (then the last line says SKIPPED and why). Exit 1: it is not.
source "$(dirname "$0")/opening.bash"

version=0.5.4
tools=$HOME/.cache/sfn-tool-checks
mdbook=$(command -v mdbook || true)
[ -n "$mdbook" ] || mdbook=$tools/bin/mdbook
if [ "${1:-}" = --install ]; then
    shift
    [ -x "$mdbook" ] || cargo install --quiet --locked --version "$version" --root "$tools" mdbook
fi
[ -x "$mdbook" ] || skipped "there is no mdbook; checks/site.sh --install installs it"
command -v python3 >/dev/null || skipped "there is no python3 to look at the links with"
[ -z "${1:-}" ] || [ ! -e "$1" ] || failed "$1 exists"

release_build
source=$scratch/docs
cp -r "$repository/docs" "$source"
repository_url=$(sed -n 's/^repository = "\(.*\)"/\1/p' "$repository/Cargo.toml")
# What lies outside of docs/ is read in the repository.
sed -i.old "s#](\.\./#]($repository_url/blob/main/#g" "$source"/*.md
rm "$source"/*.old

mkdir "$source/rules" "$source/codes" "$source/commands"
"$tool" man --format markdown >"$source/commands.md"
entries=$scratch/entries
: >"$entries"
for name in $("$tool" explain | awk '/^  / { print $1 }'); do
    case $name in
    *[A-Z]*) page=codes/$name.md ;;
    *) page=rules/$name.md ;;
    esac
    "$tool" explain "$name" --format markdown >"$source/$page"
    echo "  - [$name]($page)" >>"$entries"
done
sed -i.old "/(rules\.md)/r $entries" "$source/SUMMARY.md"
rm "$source/SUMMARY.md.old"
{
    echo
    echo "# Reference"
    echo
    echo "- [Commands](commands.md)"
    for name in $(sed -n 's/^| \[\([a-z-]*\)\](commands.*/\1/p' "$source/commands.md"); do
        "$tool" man "$name" --format markdown >"$source/commands/$name.md"
        echo "  - [$name](commands/$name.md)"
    done
} >>"$source/SUMMARY.md"

"$mdbook" build "$source" --dest-dir "$scratch/site" >"$scratch/mdbook.log" 2>&1 ||
    failed "mdBook does not build the site" "$(cat "$scratch/mdbook.log")"
! grep -E 'WARN|ERROR' "$scratch/mdbook.log" || failed "mdBook warns" "$(cat "$scratch/mdbook.log")"

python3 - "$scratch/site" >"$scratch/links.log" 2>&1 <<'END' || failed "there are links that lead nowhere" "$(cat "$scratch/links.log")"
import html.parser, os, sys, urllib.parse
site = os.path.realpath(sys.argv[1])
ids, links = {}, []
class Page(html.parser.HTMLParser):
    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "id" or (name == "name" and tag == "a"):
                ids[self.page].add(value)
            if name in ("href", "src") and tag in ("a", "img") and value:
                links.append((self.page, value))
for folder, _, names in os.walk(site):
    for name in names:
        # print.html is all pages in one, toc.html is shown inside of others.
        if name.endswith(".html") and name not in ("print.html", "toc.html", "404.html"):
            page = Page()
            page.page = os.path.join(folder, name)
            ids[page.page] = set()
            page.feed(open(page.page, encoding="utf-8").read())
bad = 0
for page, link in links:
    address = urllib.parse.urlsplit(link)
    if address.scheme or address.netloc:
        continue
    target = page
    if address.path:
        target = os.path.normpath(os.path.join(os.path.dirname(page), urllib.parse.unquote(address.path)))
        if os.path.isdir(target):
            target = os.path.join(target, "index.html")
    anchor = urllib.parse.unquote(address.fragment)
    if not os.path.exists(target) or not target.startswith(site) or (anchor and target in ids and anchor not in ids[target]):
        print(os.path.relpath(page, site), link)
        bad = 1
print(len(ids), "pages,", len(links), "links")
sys.exit(bad)
END
if [ -n "${1:-}" ]; then
    cp -r "$scratch/site" "$1"
fi
echo "the site: $(tail -n 1 "$scratch/links.log"), all of which lead somewhere"
