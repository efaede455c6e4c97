package extraconfig

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"

	"corewarden/corefile"
	"corewarden/extraconfig/workload"
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

// Hashes returns the Hash and those that former versions of Corewarden wrote, the newest first.
// A stamp is compared with the one of its own version, so that a new version of Corewarden
// restarts nothing by itself.
func (c ConfigMap) Hashes() []string { return []string{c.Hash()} }

// Stamp returns what stands for all that the server of a workload loads beside its own
// Corefile, where the ConfigMap Name has the given one of its Hashes: that, if it is all, as
// mostly. It is of the version of that hash.
func (k Cluster) Stamp(w workload.Workload, hash string) string {
	version, _, _ := strings.Cut(hash, ":")
	empty, hashes := ConfigMap{}.hashOf(version), []string{hash}
	for _, name := range k.Beside(w) {
		if hash := k.ConfigMaps[name].hashOf(version); hash != empty {
			hashes = append(hashes, name, hash)
		}
	}
	if len(hashes) == 1 {
		return hash
	}
	sum := sha256.Sum256([]byte(strings.Join(hashes, "\n")))
	return version + ":" + hex.EncodeToString(sum[:])
}

// hashOf returns the one of the Hashes of a version, the newest where there is none.
func (c ConfigMap) hashOf(version string) string {
	hashes := c.Hashes()
	return hashes[max(0, slices.IndexFunc(hashes, func(hash string) bool { return strings.HasPrefix(hash, version+":") }))]
}

// Beside returns the names of the ConfigMaps of Bundles that the server of a workload loads
// beside the ConfigMap Name, those that there are.
func (k Cluster) Beside(w workload.Workload) []string {
	mounted := w.Volumes().ConfigMaps()
	return slices.DeleteFunc(Bundles(), func(name string) bool {
		_, found := k.ConfigMaps[name]
		return name == Name || !found || !slices.Contains(mounted, name)
	})
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
