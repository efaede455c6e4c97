package plugin

import (
	"slices"
	"testing"

	"corewarden/corefile/release"
)

// TestSuggestionsAreWhatTheReleaseHas misspells the properties of all releases for each.
func TestSuggestionsAreWhatTheReleaseHas(t *testing.T) {
	t.Parallel()
	for _, r := range release.All() {
		suggested := 0
		for _, name := range NamesIn(r) {
			properties := Properties(name)
			for _, property := range properties {
				for _, p := range withProperty(name, property.Name+"s", r) {
					if p.Suggestion == "" {
						continue
					}
					suggested++
					i := slices.IndexFunc(properties, func(other Property) bool { return other.Name == p.Suggestion })
					if i < 0 || !r.AtLeast(properties[i].Since) || properties[i].Until != "" && release.Compare(r.CoreDNSVersion(), properties[i].Until) > 0 {
						t.Errorf("%s: %s of %s is suggested for %ss", r.Name, p.Suggestion, name, property.Name)
					}
				}
			}
		}
		if suggested == 0 {
			t.Errorf("%s: nothing was suggested", r.Name)
		}
	}
}

// TestSuggestedWordsAreWhatTheReleaseTakes as a response code and as a record type.
func TestSuggestedWordsAreWhatTheReleaseTakes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ version, plugin, text, want string }{
		{"1.12.2", "template", "template IN A {\nrcode DSOTYPEN\n}", "DSOTYPENI"},
		{"1.12.1", "template", "template IN A {\nrcode DSOTYPEN\n}", ""},
		{"1.12.1", "template", "template IN RESINF {\n}", "RESINFO"},
		{"1.12.0", "template", "template IN RESINF {\n}", ""},
	} {
		r, err := release.CoreDNS(test.version)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, p := range check(test.plugin, test.text, r) {
			got += p.Suggestion
		}
		if got != test.want {
			t.Errorf("%s of CoreDNS %s: %q is suggested, want %q", test.text, test.version, got, test.want)
		}
	}
}
