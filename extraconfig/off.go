package extraconfig

import (
	"fmt"
	"slices"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/release"
)

// offSuffixes end the names of keys that are switched off or are no Corefiles.
var offSuffixes = []string{".disabled", ".off", ".bak", ".backup", "-backup", ".old", ".orig", ".tmpl", "~", ".txt", ".yaml", ".yml", ".json"}

// zoneSuffixes end such names as well as those of zones.
var zoneSuffixes = []string{".md", ".zone", ".example"}

// isOff reports whether a key is to be left alone: its name says that it is switched off or
// no Corefile. Where that may be the name of a zone, too, the text decides.
func isOff(file corefile.File) bool {
	if saysCorefile(file.Name) {
		return false
	}
	name := strings.ToLower(file.Name)
	ends := func(suffix string) bool { return strings.HasSuffix(name, suffix) }
	switch {
	case strings.HasPrefix(name, "."), strings.HasPrefix(file.Name, "README"), name == "readme", slices.ContainsFunc(offSuffixes, ends):
		return true
	}
	return (strings.HasPrefix(name, "db.") || slices.ContainsFunc(zoneSuffixes, ends)) && !startsLikeCorefile(file.Text)
}

// saysCorefile reports whether a name ends in Corefile, in any case.
func saysCorefile(key string) bool {
	return strings.HasSuffix(strings.ToLower(key), strings.ToLower(corefileSuffix))
}

// isNoCorefile reports whether neither the name of a key that is renamed nor its text is like
// that of a Corefile.
func isNoCorefile(key, text string) bool { return !saysCorefile(key) && !startsLikeCorefile(text) }

// startsLikeCorefile reports whether a text begins as a Corefile does: with a server block, an
// import, or a plugin, as it may where the import of it is inside of a server block.
func startsLikeCorefile(text string) bool {
	before := ""
	for word := range corefile.Words(text) {
		switch {
		case before == "" && (word.Text == "import" || release.Known(word.Text)):
			return true
		case before != "" && word.StartsLine && !strings.HasSuffix(before, ","):
			return false
		case strings.HasSuffix(word.Text, "{"):
			return before != "" || word.Text != "{" // JSON begins with a brace
		}
		before = word.Text
	}
	return false
}

// leftAlone warns of a key that is not renamed because its name says that it is off.
func (c ConfigMap) leftAlone(key string) corefile.Problem {
	name := onName(key)
	if c.has(name) {
		name = normalName(key)
	}
	return corefile.Problem{
		Rule: RuleNotLoaded, Severity: corefile.Warning, File: key, Suggestion: name,
		Message: fmt.Sprintf("nothing loads this key, as its name says. If it is a Corefile, name it %q", name),
	}
}

// onName returns the name under which a key that is off would be loaded.
func onName(key string) string {
	name := strings.TrimLeft(key, ".")
	for _, suffix := range offSuffixes {
		if cut := len(name) - len(suffix); cut >= 0 && strings.EqualFold(name[cut:], suffix) {
			name = name[:cut]
			break
		}
	}
	if name == "" {
		return corefileSuffix
	}
	return normalName(name)
}

// offName returns a name that says that a key is no Corefile.
func offName(key string) string { return key + ".txt" }

// noCorefiles replaces what is wrong with renamed texts that do not even begin like a Corefile
// by what to do about that.
func (c ConfigMap) noCorefiles(problems []corefile.Problem) []corefile.Problem {
	for key, from := range renamedKeys(c) {
		inKey := func(p corefile.Problem) bool { return p.File == key }
		i := slices.IndexFunc(problems, func(p corefile.Problem) bool { return inKey(p) && isError(p) })
		if text, _ := c.text(key); i < 0 || !isNoCorefile(from, text) {
			continue
		}
		instead := problems[i]
		instead.Rule, instead.Suggestion = RuleNoCorefile, ""
		instead.Message = fmt.Sprintf("this text does not begin like a Corefile. Begin it with a server block, such as %q; if it is no Corefile, name the key %q", "example.org {", offName(from))
		problems = slices.DeleteFunc(problems, inKey)
		problems = slices.Insert(problems, min(i, len(problems)), instead)
	}
	return problems
}
