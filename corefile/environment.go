package corefile

import "strings"

// Environment returns the names of the environment variables that CoreDNS would put
// into the text: those in {%NAME%} and {$NAME}.
func Environment(text string) []string {
	if !strings.Contains(text, "{%") && !strings.Contains(text, "{$") {
		return nil
	}
	return append(references(text, "{%", "%}"), references(text, "{$", "}")...)
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
