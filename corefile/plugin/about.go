package plugin

import (
	"embed"
	"maps"
	"slices"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
	"corewarden/corefile/release"
)

// A Plugin is what there is to say about a plugin apart from its releases and its place in
// their order.
type Plugin struct {
	// Purpose says in one sentence what it is for.
	Purpose string
	// Usage is how its line in a server block is written, one form a line. The block that
	// may follow holds Properties.
	Usage string
	// Role is what it does with queries.
	Role Role
	// Listens is where it serves HTTP unless it is given another address, or "".
	Listens string
	// Files tells where it finds the files that it reads.
	Files Files
	// Changes are those of releases that neither properties nor their places show.
	Changes []Change

	read grammar
}

// A Role is what a plugin does with the queries that reach it.
type Role int

// The roles.
const (
	// SetsUp is that of a plugin that meets no query.
	SetsUp Role = iota
	// Passes is that of a plugin that hands every query on. It may change the query or the
	// answer that comes back.
	Passes
	// Picks is that of a plugin that answers some queries and hands the others on.
	Picks
	// Answers is that of a plugin that answers every query for its zones. What it finds
	// nothing for it hands on only with fallthrough, if it has that.
	Answers
)

// Files tells where a plugin finds the files that it reads.
type Files int

// The places of files.
const (
	// NoFiles is that of a plugin that reads none.
	NoFiles Files = iota
	// AsWritten is that of files named in the Corefile.
	AsWritten
	// RelativeToRoot is that of files named in the Corefile, relative to the folder that the
	// plugin root names.
	RelativeToRoot
	// Derived is that of files whose names are made from what the Corefile says.
	Derived
)

// A Change is what a release of CoreDNS changed.
type Change struct{ Since, Text string }

// A Property is one that a plugin's block may hold.
type Property struct {
	Name string
	// Arguments are what follows its name, or "".
	Arguments string
	// Since is the version of CoreDNS that it came with, and Until the last that has it; ""
	// where that is none of the supported ones.
	Since, Until string
}

// In reports whether a release that has the plugin has the property.
func (p Property) In(r release.Release) bool {
	return r.AtLeast(p.Since) && (p.Until == "" || release.Compare(r.CoreDNSVersion(), p.Until) <= 0)
}

// An Example is a valid server block.
type Example struct {
	// Since is the version of CoreDNS that first takes it; "" for all that have the plugin.
	Since string
	Text  string
}

// About returns what there is to say about a plugin of any supported release.
func About(name string) (about Plugin, found bool) {
	about, found = table[name]
	return about, found
}

// Names returns the names of the plugins of all supported releases, sorted.
func Names() []string { return slices.Sorted(maps.Keys(table)) }

// NamesIn returns the names of the plugins that a release has, sorted, but for "on", which
// is refused.
func NamesIn(r release.Release) []string {
	return slices.DeleteFunc(r.Plugins(), func(name string) bool { _, found := table[name]; return !found })
}

// examples are the examples by plugin: files named PLUGIN[-WHAT][-since-VERSION].Corefile.
//
//go:embed examples
var examples embed.FS

// Examples returns the examples of a plugin, the plainest first.
func Examples(name string) []Example {
	entries, err := examples.ReadDir("examples")
	if err != nil {
		panic(err) // cannot be: it is part of the program
	}
	var found []Example
	for _, entry := range entries {
		title, _ := strings.CutSuffix(entry.Name(), ".Corefile")
		plugin, _, special := strings.Cut(title, "-")
		if plugin != name {
			continue
		}
		text, err := examples.ReadFile("examples/" + entry.Name())
		if err != nil {
			panic(err) // as above
		}
		_, since, _ := strings.Cut(title, "-since-")
		example := Example{Since: since, Text: string(text)}
		if !special {
			found = slices.Insert(found, 0, example)
			continue
		}
		found = append(found, example)
	}
	return found
}

// Properties returns all properties of a plugin, those of former releases too, in the order
// of its grammar. Nothing lists them: the grammar tells them as it reads the examples.
func Properties(name string) []Property {
	var all []Property
	for _, example := range Examples(name) {
		var report corefile.Report
		main := corefile.File{Name: name, Path: "/Corefile", Text: example.Text}
		for _, block := range corefile.Parse(corefile.Configuration{Main: main}, release.Known, &report) {
			described := &Block{Block: reader.Block{Release: newest(), Report: &report, Has: block.Uses, Describe: func(name, arguments, since, until string) {
				property := Property{name, arguments, since, until}
				if !slices.Contains(all, property) {
					all = append(all, property)
				}
			}}}
			for _, d := range block.Plugins() {
				if d.Name() == name {
					Check(name, d.Tokens, described)
				}
			}
		}
	}
	return all
}

// newest is the release that has every property's grammar.
func newest() release.Release {
	all := release.All()
	return all[slices.IndexFunc(all, func(r release.Release) bool { return !r.HasAll() })-1]
}
