package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/CycloneDX/cyclonedx-go"
)

// writeContents writes what is in a program's files, as an SBOM in CycloneDX. The linker wrote
// the modules into the binaries, so the list is of what is in there and not of all of go.mod.
func (r release) writeContents(p program, files []string) error {
	modules := make(map[string]cyclonedx.Component) // by purl
	var parts []cyclonedx.Component
	for _, path := range files {
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		parts = append(parts, cyclonedx.Component{
			BOMRef: filepath.Base(path), Type: cyclonedx.ComponentTypeFile, Name: filepath.Base(path), Hashes: sha256Hash(sum[:]),
		})
		if filepath.Base(path) == imageArchive {
			continue // the binaries are all that is in it
		}
		info, err := buildinfo.Read(bytes.NewReader(content))
		if err != nil {
			return err
		}
		addModules(modules, info)
	}
	bom := cyclonedx.NewBOM()
	root := cyclonedx.Component{
		BOMRef: p.name, Type: cyclonedx.ComponentTypeApplication, Name: p.name, Version: r.tag(), Components: &parts,
	}
	bom.Metadata = &cyclonedx.Metadata{Timestamp: r.source.time.Format("2006-01-02T15:04:05Z"), Component: &root}
	list := slices.SortedFunc(maps.Values(modules), func(a, b cyclonedx.Component) int { return cmp.Compare(a.BOMRef, b.BOMRef) })
	needed := slices.Sorted(maps.Keys(modules))
	bom.Components = &list
	bom.Dependencies = &[]cyclonedx.Dependency{{Ref: p.name, Dependencies: &needed}}

	var text bytes.Buffer
	if err := cyclonedx.NewBOMEncoder(&text, cyclonedx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(bom, cyclonedx.SpecVersion1_6); err != nil {
		return err
	}
	return r.write(p.name+".cdx.json", text.Bytes())
}

// addModules adds the modules of a binary, and the standard library.
func addModules(modules map[string]cyclonedx.Component, info *debug.BuildInfo) {
	add := func(path, version, sum string) {
		// A package URL has no "+" of its own: v1.2.3+incompatible.
		purl := "pkg:golang/" + path + "@" + strings.ReplaceAll(version, "+", "%2B")
		c := cyclonedx.Component{
			BOMRef: purl, PackageURL: purl, Type: cyclonedx.ComponentTypeLibrary, Name: path, Version: version,
		}
		// The sum that go.sum has is a SHA-256, of the list of the module's files.
		if h1, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(sum, "h1:")); err == nil && len(h1) == sha256.Size {
			c.Hashes = sha256Hash(h1)
		}
		modules[purl] = c
	}
	add("std", strings.TrimPrefix(info.GoVersion, "go"), "")
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		add(m.Path, m.Version, m.Sum)
	}
}

func sha256Hash(sum []byte) *[]cyclonedx.Hash {
	return &[]cyclonedx.Hash{{Algorithm: cyclonedx.HashAlgoSHA256, Value: hex.EncodeToString(sum)}}
}
