package plugin

import (
	"testing"

	"corewarden/corefile/release"
)

// TestEveryPluginHasAGrammar of any release, but for "on", which is refused.
func TestEveryPluginHasAGrammar(t *testing.T) {
	t.Parallel()
	newest, err := release.CoreDNS(release.NewestCoreDNS)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range newest.Plugins() {
		if _, found := grammars[name]; !found && name != "on" {
			t.Errorf("the plugin %s has no grammar", name)
		}
	}
	for name := range grammars {
		if !release.Known(name) {
			t.Errorf("no release has the plugin %s", name)
		}
	}
}
