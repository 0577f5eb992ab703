#!/bin/sh
# Fetch the fonts again from the packages that carry them, and write their sums.
# Needs npm, with whatever registry this machine is set up for. The files are kept whole (no subset).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fetch() { # package, version, folder, then the files to keep
    package=$1 version=$2 folder=$3
    shift 3
    mkdir -p "$work/$folder" "$here/fonts/$folder"
    (cd "$work/$folder" && npm pack --silent "$package@$version" >/dev/null && tar -xzf ./*.tgz)
    for file in "$@"; do
        cp "$work/$folder/package/$file" "$here/fonts/$folder/$(basename "$file")"
    done
    cp "$work/$folder/package/LICENSE_FONT" "$here/fonts/$folder/OFL.txt"
    chmod 644 "$here/fonts/$folder"/*
}

fetch @expo-google-fonts/be-vietnam-pro 0.4.1 be-vietnam-pro \
    400Regular/BeVietnamPro_400Regular.ttf 700Bold/BeVietnamPro_700Bold.ttf
fetch @expo-google-fonts/jetbrains-mono 0.4.1 jetbrains-mono 700Bold/JetBrainsMono_700Bold.ttf

cd "$here/fonts"
find . -type f ! -name SHA256SUMS | sed 's|^\./||' | LC_ALL=C sort | xargs sha256sum >SHA256SUMS
