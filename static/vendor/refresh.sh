#!/bin/sh
# Fetch the fonts and the reader of QR codes again from the packages that carry them, and write their sums.
# Needs npm, with whatever registry this machine is set up for. The files are kept whole (no subset).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

unpack() { # package, version, folder
    mkdir -p "$work/$3"
    (cd "$work/$3" && npm pack --silent "$1@$2" >/dev/null && tar -xzf ./*.tgz)
}

fetch() { # package, version, folder, then the files to keep
    package=$1 version=$2 folder=$3
    shift 3
    mkdir -p "$here/fonts/$folder"
    unpack "$package" "$version" "$folder"
    for file in "$@"; do
        cp "$work/$folder/package/$file" "$here/fonts/$folder/$(basename "$file")"
    done
    cp "$work/$folder/package/LICENSE_FONT" "$here/fonts/$folder/OFL.txt"
    chmod 644 "$here/fonts/$folder"/*
}

fetch @expo-google-fonts/be-vietnam-pro 0.4.1 be-vietnam-pro \
    400Regular/BeVietnamPro_400Regular.ttf 700Bold/BeVietnamPro_700Bold.ttf
fetch @expo-google-fonts/jetbrains-mono 0.4.1 jetbrains-mono 700Bold/JetBrainsMono_700Bold.ttf

unpack jsqr 1.4.0 jsqr
mkdir -p "$here/jsqr"
cp "$work/jsqr/package/dist/jsQR.js" "$work/jsqr/package/LICENSE" "$here/jsqr"
chmod 644 "$here/jsqr"/*

for folder in fonts jsqr; do
    cd "$here/$folder"
    find . -type f ! -name SHA256SUMS | sed 's|^\./||' | LC_ALL=C sort | xargs sha256sum >SHA256SUMS
done
