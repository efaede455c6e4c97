package scalar

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Decodable returns a text as the decoder of YAML can read it, with each character where it
// was, apart from byte order marks before the documents of a stream. JSON has escapes that the
// decoder does not know: "\/", and two surrogates for a character beyond \uFFFF. If the text is
// escaped in this way, what is decoded has to be restored.
func Decodable(text string) (decodable string, escaped bool) {
	unknown := func(escape string) bool { return strings.Contains(text, escape) }
	if !slices.ContainsFunc([]string{`\/`, `\ud`, `\uD`}, unknown) || !json.Valid([]byte(strings.TrimPrefix(text, mark))) {
		return withoutMarks(text), false
	}
	escapes := regexp.MustCompile(`\\(?:u[dD][89a-fA-F][0-9a-fA-F]{2}|.)`)
	return escapes.ReplaceAllStringFunc(text, func(escape string) string {
		switch {
		case escape == `\/`:
			return `\\`
		case len(escape) > len(`\n`):
			return `\ufffd`
		}
		return escape
	}), true
}

// Restore has the strings below a node say what they do in the source, which is JSON.
func (s *Source) Restore(node *yaml.Node) {
	for _, child := range node.Content {
		s.Restore(child)
	}
	if at, found := s.offset(node); found && node.Style == yaml.DoubleQuotedStyle {
		_ = json.NewDecoder(strings.NewReader(s.text[at:])).Decode(&node.Value) // JSON it is
	}
}
