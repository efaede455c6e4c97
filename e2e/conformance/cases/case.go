// Package cases makes the configurations on which our verdicts are compared with those of
// the real servers: examples that others wrote for CoreDNS and we for ourselves, and
// random changes of all of them.
package cases

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"corewarden/corefile/release"
)

// Dir is the folder of a case's files in a pod.
const Dir = "/etc/coredns/extra-configs"

// A Case is a bundle that servers load: its *Corefile keys, in the order of their names,
// and what these refer to.
type Case struct {
	// Origin is where the case comes from, such as "README of cache" or that with
	// " changed" after it.
	Origin string
	// Plugin is the plugin that the case is an example of, or "".
	Plugin string
	// Files are the texts by their keys.
	Files map[string]string
	// Alone tells that the server serves nothing besides. Otherwise its main Corefile
	// has a server block of its own behind the import of the case, as in a cluster.
	Alone bool
	// Base is the server's own Corefile if the case is composed with one.
	Base *Base
	// Sibling are the keys of a composed case that another ConfigMap has.
	Sibling []string
	// Variables tells that the server's arguments are in variables, of which the server itself
	// sees the values.
	Variables bool
	// Env are the environment variables of the server, by name.
	Env map[string]string
}

// Main returns the text of the main Corefile.
func (c Case) Main() string {
	if c.Base != nil {
		return c.Base.rendered()
	}
	const imports = "import " + Dir + "/*Corefile\n"
	if c.Alone {
		return imports
	}
	return imports + "base.invalid:1053 {\n}\n"
}

// plain returns a case of one file.
func plain(origin, plugin, text string) Case {
	return Case{Origin: origin, Plugin: plugin, Files: map[string]string{"Corefile": text}}
}

// Keys returns the names of the files, sorted.
func (c Case) Keys() []string { return slices.Sorted(maps.Keys(c.Files)) }

// WithoutFixtures returns the case without what every case has that refers to it.
func (c Case) WithoutFixtures() Case {
	c.Files = maps.Clone(c.Files)
	maps.DeleteFunc(c.Files, func(key, text string) bool { return !strings.HasSuffix(key, "Corefile") && isFixture(text) })
	return c
}

// String returns all files, each with its name above it where there is more than one, the
// environment, and the name of the base.
func (c Case) String() string {
	if len(c.Env) > 0 {
		env := c.Env
		c.Env = nil
		return fmt.Sprintf("## in the environment %q\n%s", env, c.String())
	}
	if c.Base != nil {
		base, sibling := c.Base.Name, c.Sibling
		c.Base = nil
		return fmt.Sprintf("## composed with %s, in another ConfigMap %q\n%s", base, sibling, c.String())
	}
	if text, single := c.Files["Corefile"]; single && len(c.Files) == 1 {
		return text
	}
	var all strings.Builder
	for _, key := range c.Keys() {
		fmt.Fprintf(&all, "-- %s --\n%s", key, c.Files[key])
		if !strings.HasSuffix(c.Files[key], "\n") {
			all.WriteString("\n")
		}
	}
	return all.String()
}

// fromText makes a case of an example, which is either a whole Corefile or what a server
// block holds. It reports false for text that is neither.
func fromText(origin, text string) (Case, bool) {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for len(lines) > 1 && strings.HasPrefix(strings.TrimSpace(lines[0]), "#") {
		lines = lines[1:]
	}
	words := strings.Fields(lines[0])
	if len(words) == 0 || runsCommands(lines) {
		return Case{}, false
	}
	text = sanitise(strings.Join(lines, "\n")) + "\n"
	if release.Known(words[0]) {
		return plain(origin, words[0], "example.org {\n"+text+"}\n"), true
	}
	if !strings.HasSuffix(strings.TrimSpace(lines[0]), "{") || len(lines) < 2 {
		return Case{}, false
	}
	name, _, _ := strings.Cut(strings.TrimSpace(lines[1]), " ")
	if !release.Known(name) {
		name = ""
	}
	return plain(origin, name, text), true
}

// runsCommands reports whether a server would run commands on the lines: those are no
// cases.
func runsCommands(lines []string) bool {
	return slices.ContainsFunc(lines, func(line string) bool {
		words := strings.Fields(line)
		return len(words) > 0 && strings.Trim(words[0], `"`) == "on"
	})
}

// sanitise keeps what a server may write within the case's own folder, and has what a test
// fills in be of the right kind.
func sanitise(text string) string {
	return strings.NewReplacer(
		"/tmp ", Dir+" ", "/tmp\n", Dir+"\n", "/tmp/", Dir+"/", "/var/lib/coredns/", Dir+"/", "/var/run/", Dir+"/", "../plugin/tls/", "", "/etc/coredns/keys/", Dir+"/",
		"file "+inDir("names"), "file "+inDir("db.example.org"), "forward . "+inDir("names"), "forward . 192.0.2.53",
		"%s", "names", "%d", "5", "%v", "names", "%q", `"names"`,
	).Replace(text)
}

// inDir returns the path of a file of the case.
func inDir(name string) string { return path.Join(Dir, name) }
