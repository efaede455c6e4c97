package cases

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// What a case names and a server's pod may have: files and network interfaces. A server that
// lacks one stops there, and shows nothing of the rest of the case.

// words returns the words of the Corefiles with the values of variables in them, line by line.
func (c Case) words() text {
	values, _ := c.WithValues()
	var all text
	for _, key := range values.Keys() {
		for _, line := range parse(values.Files[key]) {
			words := make([]string, len(line))
			for i, w := range line {
				words[i] = strings.Trim(w, `"`)
			}
			all = append(all, words)
		}
	}
	return all
}

// Beside returns the files that the server has beside its main Corefile, by their paths
// relative to it, with their texts.
func (c Case) Beside() map[string]string {
	files := map[string]string{}
	for _, line := range c.words() {
		for i, w := range line {
			if i == 0 || !besideName.MatchString(w) || slices.Contains(inFolder, w) {
				continue
			}
			switch line[0] {
			case "forward", "grpc": // of which we read such a word as a mistyped address
			case "autopath":
				files[w] = fixture("resolv.conf")
			case "file":
				files[w] = fixture("db.example.org")
			default:
				addLike(files, w)
			}
		}
	}
	return files
}

// besideName is the name of a file that a case may have in the server's folder.
var besideName = regexp.MustCompile(`^(testdata/)?\w[\w.+-]{0,60}$`)

// inFolder are the names of what is there in any case.
var inFolder = []string{"Corefile", "extra-configs", "testdata"}

// addLike adds the file of a name that is like that of a fixture, or the pair of files of a
// DNSSEC key.
func addLike(files map[string]string, name string) {
	if keyPair.MatchString(name) {
		stem := strings.TrimSuffix(strings.TrimSuffix(name, ".key"), ".private")
		for _, ending := range []string{".key", ".private"} {
			files[stem+ending] = fixture("Kexample.org.+013+45330" + ending)
		}
		return
	}
	for _, like := range slices.Concat(likeFixtures, bareNames) {
		if like.name.MatchString(name) {
			files[name] = fixture(like.fixture)
			return
		}
	}
}

var keyPair = regexp.MustCompile(`(^|/)K[a-z][\w-]*\.[\w.+-]*$`)

// bareNames are names that are those of files in few places.
var bareNames = []fixtureName{
	{regexp.MustCompile(`(?i)^(cert|certificate)$`), "tls.crt"},
	{regexp.MustCompile(`(?i)^key$`), "tls.key"},
	{regexp.MustCompile(`(?i)^ca$`), "ca.crt"},
}

// maxInterfaces is how many interfaces a server gets at most.
const maxInterfaces = 3

// ofInterfaces is what the addresses of interfaces start with.
const ofInterfaces = "198.18.0."

// Interfaces returns the names of the interfaces that the server has besides its own: those
// that the case binds to. There are none where it names their addresses, as it cannot know whose
// they are.
func (c Case) Interfaces() []string {
	var names []string
	for _, line := range c.words() {
		if slices.ContainsFunc(line, func(w string) bool { return strings.HasPrefix(w, ofInterfaces) }) {
			return nil
		}
		if line[0] != "bind" && line[0] != "except" {
			continue
		}
		for _, w := range line[1:] {
			if possibleInterface(w) && !slices.Contains(names, w) && len(names) < maxInterfaces {
				names = append(names, w)
			}
		}
	}
	slices.Sort(names)
	return names
}

// notMade are names of interfaces that nobody can make, or that a server or its network has.
var notMade = []string{".", "..", "all", "default", "lo", "nodelocaldns"}

// possibleInterface reports whether an interface of that name can be made.
func possibleInterface(name string) bool {
	if _, err := netip.ParseAddr(name); err == nil || name == "" || len(name) > 15 || strings.ContainsAny(name, "/:%{}\\") {
		return false
	}
	return !slices.Contains(notMade, name) && !strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' })
}
