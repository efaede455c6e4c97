package extraconfig

import (
	"path"
	"strings"

	"corewarden/corefile"
)

// maxPatterns is how many different patterns of imports are compared with the keys.
const maxPatterns = 100

// references are the keys that the files of a ConfigMap speak of, and which file does: its
// name, or "" where several do.
type references struct {
	names    map[string]string // by the name of a key
	patterns map[string]string // by a pattern of paths
}

// imports returns the references in the imports of the files. Whether a file is loaded
// itself does not matter.
func imports(files []corefile.File) references {
	r := references{map[string]string{}, map[string]string{}}
	r.addImports(files)
	return r
}

func (r references) addImports(files []corefile.File) {
	for _, file := range files {
		for _, name := range corefile.Imports(file) {
			if isPattern(name) {
				note(r.patterns, name, file)
			} else if path.Dir(name) == dir {
				note(r.names, path.Base(name), file)
			}
		}
	}
}

func isPattern(name string) bool { return strings.ContainsAny(name, `*?[\`) }

// addPaths adds the last parts of all absolute paths in the files. A server's pod may
// mount the ConfigMap elsewhere, too.
func (r references) addPaths(files []corefile.File) {
	for _, file := range files {
		for word := range corefile.Words(file.Text) {
			if path.IsAbs(word.Text) {
				note(r.names, path.Base(word.Text), file)
			}
		}
	}
}

func note(references map[string]string, name string, file corefile.File) {
	if by, found := references[name]; found && by != file.Name {
		references[name] = ""
		return
	}
	references[name] = file.Name
}

// toKey reports whether a file other than the key's own refers to it. Where there are more
// patterns than anyone would write, every key counts as referred to.
func (r references) toKey(key string) bool {
	if by, found := r.names[key]; found && by != key {
		return true
	}
	if len(r.patterns) > maxPatterns {
		return true
	}
	for pattern, by := range r.patterns {
		if ok, err := path.Match(pattern, path.Join(dir, key)); ok && err == nil && by != key {
			return true
		}
	}
	return false
}
