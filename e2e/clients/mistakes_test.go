package clients_test

import (
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// showsMistakes compares what kubectl prints with what the tests of corefile expect of it. Texts that
// are accepted have more warnings here, of what this cluster's servers load beside.
func (c cluster) showsMistakes(t *testing.T) {
	c.forget(t)
	for _, name := range []string{
		"block-in-one-line", "brace-missing", "forward-address-wrong", "forward-without-to",
		"plugin-in-capitals", "plugin-twice", "port-out-of-range", "property-misspelt", "snippet-twice",
	} {
		archive, err := txtar.ParseFile("../../cmd/corefile/testdata/mistakes/" + name + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		want := ""
		for _, file := range archive.Files {
			if file.Name == "kubectl" {
				want = strings.TrimSpace(string(file.Data))
			}
		}
		got, err := c.shell(t.Context(), "", string(archive.Files[0].Data), "kubectl create --filename=-")
		if err == nil || got != want {
			t.Errorf("%s: kubectl prints\n%s\nwant\n%s", name, got, want)
		}
	}
}
