package extraconfig

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"

	"corewarden/corefile"
)

// EmptyHash is the Hash of a ConfigMap without Corefiles, and of no ConfigMap.
var EmptyHash = ConfigMap{}.Hash()

// Hash returns "v1:" and the hex SHA-256 of what the servers read of c: the words of its
// Corefiles, and of the keys that they import, and the line breaks between them.
// Comments, blanks and the names of keys make no difference, but for the order in which
// those are loaded.
func (c ConfigMap) Hash() string {
	sum := sha256.New()
	for _, file := range c.loaded() {
		for word := range corefile.Words(file.Text) {
			// The length keeps words apart, whatever is in them.
			length := binary.AppendUvarint(nil, uint64(len(word.Text)))
			if word.StartsLine {
				sum.Write([]byte{'\n'})
			}
			sum.Write(length)
			sum.Write([]byte(word.Text))
		}
	}
	return "v1:" + hex.EncodeToString(sum.Sum(nil))
}

// loaded returns the files that CoreDNS reads when it starts: the Corefiles, then what
// the ConfigMap's files import.
func (c ConfigMap) loaded() []corefile.File {
	files := c.files()
	others := slices.DeleteFunc(slices.Clone(files), func(f corefile.File) bool { return isCorefile(f.Name) })
	if len(others) == 0 {
		return files
	}
	corefiles := slices.DeleteFunc(slices.Clone(files), func(f corefile.File) bool { return !isCorefile(f.Name) })
	imported := imports(files)
	others = slices.DeleteFunc(others, func(f corefile.File) bool { return !imported.toKey(f.Name) })
	return append(corefiles, others...)
}
