package corefile

import (
	"fmt"
	"strings"
)

// Environment returns the names of the environment variables that CoreDNS would put
// into the text, those in {%NAME%} and {$NAME}, quoted for a message. Of more than three names
// the last element counts the rest.
func Environment(text string) []string {
	if !strings.Contains(text, "{%") && !strings.Contains(text, "{$") {
		return nil
	}
	const shown = 3
	names := append(references(text, "{%", "%}"), references(text, "{$", "}")...)
	if more := len(names) - shown; more > 0 {
		names = append(names[:shown], fmt.Sprintf("%d more", more))
	}
	for i := range min(len(names), shown) {
		names[i] = Quote(names[i])
	}
	return names
}

// references follows CoreDNS's replacement: a reference without a name or without an
// end stops the search.
func references(text, open, closing string) []string {
	var names []string
	for {
		_, rest, found := strings.Cut(text, open)
		if !found {
			return names
		}
		// The end is searched from the start of the reference, so that "{%}" ends
		// inside of its own beginning: a reference without a name.
		from := text[len(text)-len(rest)-len(open):]
		end := strings.Index(from, closing)
		if end <= len(open) {
			return names
		}
		names = append(names, from[len(open):end])
		text = from[end+len(closing):]
	}
}
