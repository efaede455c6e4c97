package main

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"corewarden/cmd/corefile/scalar"
	"corewarden/corefile"
	"corewarden/extraconfig"
)

// A manifest is the source of an object, in a stream of YAML documents or in JSON.
type manifest struct {
	path   string
	from   string // the template that the document was made from, if it says so
	source func() *scalar.Source

	object, data, binaryData *yaml.Node                // of a ConfigMap
	texts                    map[string]*scalar.Scalar // of its keys that were looked up; nil if not found
}

// template returns the name of the template that helm writes above a document.
func template(document *yaml.Node) string {
	comment := document.HeadComment
	for node := document; len(node.Content) > 0; node = node.Content[0] {
		comment += "\n" + node.Content[0].HeadComment
	}
	for line := range strings.Lines(comment) {
		if name, found := strings.CutPrefix(line, "# Source: "); found {
			return strings.TrimSpace(name)
		}
	}
	return ""
}

// place returns where a problem of the ConfigMap is: the very characters where the source
// shows them, or else the key, or else the object.
func (m *manifest) place(value extraconfig.ConfigMap, p corefile.Problem) place {
	source := m.source()
	key, node := entry(m.data, p.File)
	if key != nil && p.Column > 0 {
		if text := m.text(p.File, node, value.Data[p.File]); text != nil {
			if start, end, found := text.Range(p.Line, p.Column, p.EndColumn); found {
				return place{m.path, start.Line, start.Column, end.Line, end.Column}
			}
		}
	}
	if key == nil {
		key, _ = entry(m.binaryData, p.File)
	}
	if key == nil {
		start := source.NodePlace(m.object)
		return place{m.path, start.Line, start.Column, start.Line, start.Column}
	}
	start := source.NodePlace(key)
	end := start.Column + utf8.RuneCountInString(key.Value)
	if key.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		end += len(`""`)
	}
	return place{m.path, start.Line, start.Column, start.Line, end}
}

// text returns where the characters of a key's value stand, or nil.
func (m *manifest) text(key string, node *yaml.Node, value string) *scalar.Scalar {
	text, looked := m.texts[key]
	if looked {
		return text
	}
	if located, found := m.source().Locate(node, value); found {
		text = located
	}
	if m.texts == nil {
		m.texts = map[string]*scalar.Scalar{}
	}
	m.texts[key] = text
	return text
}

// entry returns a key of a mapping and its value; nil if there is none. What is merged into
// the mapping counts after its own keys.
func entry(mapping *yaml.Node, name string) (key, value *yaml.Node) {
	if mapping.Kind == yaml.AliasNode {
		mapping = mapping.Alias
	}
	var merged []*yaml.Node
	switch mapping.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(mapping.Content); i += 2 {
			switch key, value := mapping.Content[i], mapping.Content[i+1]; {
			case key.Value == name:
				return key, value
			case key.Tag == "!!merge":
				merged = append(merged, value)
			}
		}
	case yaml.SequenceNode: // of what is merged: the first that has the key counts
		merged = mapping.Content
	}
	for _, node := range merged {
		if key, value := entry(node, name); key != nil {
			return key, value
		}
	}
	return nil, nil
}
