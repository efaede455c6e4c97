package lsp

import (
	"fmt"
	"slices"
	"strings"

	"corewarden/corefile/plugin"
	"corewarden/corefile/release"
)

// completion offers what may stand at a position, for the releases that load it.
func (s *snapshot) completion(p positionParams) (completionList, error) {
	list := completionList{Items: []completionItem{}}
	at, err := s.spot(p)
	if err != nil || at.corefile == nil || at.line.touched.Comment {
		return list, err
	}
	start, end, found := at.touched()
	if !found || strings.Contains(at.document.text[start:end], "\n") {
		return list, nil
	}
	edit := textEdit{Range: at.document.textRange(start, end, s.encoding)}
	for _, item := range at.items() {
		edit.NewText = item.Label
		item.TextEdit = edit
		list.Items = append(list.Items, item)
	}
	return list, nil
}

// items returns what may stand at a spot, without the edit.
func (at *spot) items() []completionItem {
	name := at.line.plugin()
	switch first, depth := len(at.line.words) == 0, len(at.line.outer); {
	case at.line.importing():
		return at.imports()
	case first && depth == 0:
		return []completionItem{importItem}
	case first && depth == 1:
		return append(at.plugins(), importItem)
	case first && depth == 2:
		return at.properties(name)
	case depth == 1:
		about, _ := plugin.About(name)
		return valueItems(strings.Split(about.Usage, "\n"), at.line)
	case depth == 2:
		var usages []string
		for _, p := range propertiesIn(name, at.corefile.Releases) {
			if p.Name == at.line.head() {
				usages = append(usages, p.Name+" "+p.Arguments)
			}
		}
		return valueItems(usages, at.line)
	}
	return nil
}

var importItem = completionItem{Label: "import", Kind: kindModule, Detail: "import SNIPPET|FILE", Documentation: &markupContent{
	Kind: "plaintext", Value: "Puts a snippet, or the text of a file, in place of this line.",
}}

// plugins returns the plugins that all servers have.
func (at *spot) plugins() []completionItem {
	var items []completionItem
	for _, name := range namesInAll(at.corefile.Releases) {
		about, _ := plugin.About(name)
		usage, _, _ := strings.Cut(about.Usage, "\n")
		items = append(items, completionItem{Label: name, Kind: kindModule, Detail: usage, Documentation: at.markup(about.Purpose)})
	}
	return items
}

func namesInAll(releases []release.Release) []string {
	var names []string
	for i, r := range releases {
		if i == 0 {
			names = plugin.NamesIn(r)
			continue
		}
		names = slices.DeleteFunc(names, func(name string) bool { return !r.Has(name) })
	}
	return names
}

// properties returns the properties of a plugin that all servers have.
func (at *spot) properties(name string) []completionItem {
	var items []completionItem
	for _, p := range propertiesIn(name, at.corefile.Releases) {
		items = append(items, completionItem{
			Label: p.Name, Kind: kindProperty, Detail: strings.TrimSpace(p.Name + " " + p.Arguments),
			Documentation: at.markup(fmt.Sprintf("A property of %s.%s", name, lifetime(p))),
		})
	}
	return items
}

// propertiesIn returns the properties of a plugin that all releases have.
func propertiesIn(name string, releases []release.Release) []plugin.Property {
	return slices.DeleteFunc(plugin.Properties(name), func(p plugin.Property) bool {
		return slices.ContainsFunc(releases, func(r release.Release) bool { return !p.In(r) })
	})
}

func valueItems(usages []string, l line) []completionItem {
	var items []completionItem
	for _, usage := range usages {
		_, arguments, _ := strings.Cut(usage, " ")
		for _, value := range values(arguments, l.arguments()) {
			if !slices.ContainsFunc(items, func(i completionItem) bool { return i.Label == value }) {
				items = append(items, completionItem{Label: value, Kind: kindValue, Detail: usage})
			}
		}
	}
	return items
}

// imports returns the snippets and keys that an import may name.
func (at *spot) imports() []completionItem {
	var items []completionItem
	for _, c := range at.corefiles {
		for _, s := range c.snippets() {
			items = append(items, completionItem{Label: s.name, Kind: kindValue, Detail: "snippet (" + s.name + ")"})
		}
		if c.Key != "" && c.Key != at.corefile.Key {
			items = append(items, completionItem{Label: c.Key, Kind: kindFile, Detail: "key " + c.Key})
		}
	}
	return items
}

// markup returns a text that is plain and Markdown alike.
func (s *snapshot) markup(text string) *markupContent {
	m := &markupContent{Kind: "plaintext", Value: text}
	if s.markdown {
		m.Kind = markdown
	}
	return m
}
