package cases

import (
	"embed"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// fixtures are files that a Corefile may refer to, so that servers read past the name of a
// file. The keys and certificates are good for nothing else.
//
//go:embed fixtures
var fixtures embed.FS

// withFixtures returns the case with those fixtures that it refers to.
func (c Case) withFixtures() Case {
	text := c.String()
	entries, _ := fixtures.ReadDir("fixtures") // compiled in
	c.Files = maps.Clone(c.Files)
	for _, entry := range entries {
		name := entry.Name()
		stem := strings.TrimSuffix(strings.TrimSuffix(name, ".key"), ".private") // DNSSEC keys are named without
		if _, taken := c.Files[name]; !taken && strings.Contains(text, stem) {
			c.Files[name] = fixture(name)
		}
	}
	for _, line := range c.words() {
		for _, w := range line {
			if name, inside := strings.CutPrefix(w, Dir+"/"); inside && besideName.MatchString(name) && !strings.Contains(name, "/") {
				like := map[string]string{}
				addLike(like, name)
				maps.Copy(like, c.Files) // what is there stays
				c.Files = like
			}
		}
	}
	return c
}

// isFixture reports whether a text is that of a fixture, under whatever name.
func isFixture(text string) bool {
	entries, _ := fixtures.ReadDir("fixtures") // compiled in
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return fixture(e.Name()) == text })
}

// fixture returns the text of a fixture, or "" if there is none of the name.
func fixture(name string) string {
	text, _ := fixtures.ReadFile("fixtures/" + name)
	return string(text)
}

// A fixtureName is how the name of a file looks, and the fixture that is such a file.
type fixtureName struct {
	name    *regexp.Regexp
	fixture string
}

// likeFixtures are names of files as examples have them, and the fixture for each.
var likeFixtures = []fixtureName{
	{regexp.MustCompile(`^K\S+\+\d{3}\+\d+`), "Kexample.org.+013+45330"},
	{regexp.MustCompile(`(?i)ca\S*\.(pem|crt)$|^CA$|^CACERT$`), "ca.crt"},
	{regexp.MustCompile(`(?i)key\S*\.pem$|\.key$|^KEY$`), "tls.key"},
	{regexp.MustCompile(`(?i)\.(pem|crt)$|^CERT$`), "tls.crt"},
	{regexp.MustCompile(`(?i)resolv\.conf$`), "resolv.conf"},
	{regexp.MustCompile(`(?i)(^|/)db\.|\.db$|\.zone$|\.signed$|^DBFILE$`), "db.example.org"},
	{regexp.MustCompile(`(?i)hosts$`), "names"},
}

// onFixtures returns the text with the files that it names replaced by fixtures, and what
// it names elsewhere by paths of the case's own folder.
func (t text) onFixtures() text {
	changed := make(text, len(t))
	for i, line := range t {
		changed[i] = append([]string(nil), line...)
		for j, w := range line {
			if j > 0 {
				changed[i][j] = onFixture(w)
			}
		}
	}
	return changed
}

func onFixture(w string) string {
	for _, like := range likeFixtures {
		if like.name.MatchString(w) && !strings.Contains(w, "://") {
			return inDir(like.fixture)
		}
	}
	if path.IsAbs(w) && !strings.HasPrefix(w, "/etc/") && len(w) > 1 && w[len(w)-1] != '/' {
		return inDir(path.Base(w))
	}
	return w
}
