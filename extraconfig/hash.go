package extraconfig

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

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
// they import.
func (c ConfigMap) loaded() []corefile.File {
	var corefiles, others []corefile.File
	for _, file := range c.files() {
		if isCorefile(file.Name) {
			corefiles = append(corefiles, file)
		} else {
			others = append(others, file)
		}
	}
	loaded := corefiles
	for i := 0; i < len(loaded) && len(others) > 0; i++ {
		imports := corefile.Imports(loaded[i])
		var rest []corefile.File
		for _, other := range others {
			if imports(other) {
				loaded = append(loaded, other)
			} else {
				rest = append(rest, other)
			}
		}
		others = rest
	}
	return loaded
}
