// Package extraconfig is the ConfigMap dns-extra-configs as a value: which of its keys
// are Corefiles, how wrong key names are fixed, what its content hashes to and what the
// DNS servers that load it would say.
package extraconfig

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"corewarden/corefile"
)

const (
	// Namespace and Name say where the ConfigMap lives.
	Namespace = "kube-system"
	Name      = "dns-extra-configs"

	// CoreDNSName and NodeLocalDNSName are ConfigMaps like it that only one server loads.
	CoreDNSName      = "coredns-extra-configs"
	NodeLocalDNSName = "node-local-dns-extra-configs"

	// HashAnnotation, on a workload's pod template, holds the Hash of the content that
	// the workload was last rolled out for: the stamp.
	HashAnnotation = "corewarden.io/config-hash"

	// CompletedAnnotation, on a workload itself, holds the stamp whose rollout was completed.
	// It is not there while one is under way.
	CompletedAnnotation = "corewarden.io/completed-hash"

	// BrakedAnnotation, on the DaemonSet node-local-dns itself, holds the stamp whose rollout
	// was stopped because its pods restarted.
	BrakedAnnotation = "corewarden.io/braked-hash"

	// RolloutAnnotation, on a workload itself, holds what else is kept of its rollouts, as JSON.
	RolloutAnnotation = "corewarden.io/rollout"

	// RetryAnnotation, on the DaemonSet node-local-dns itself, is for people: another value has
	// content that was braked tried again at once.
	RetryAnnotation = "corewarden.io/retry"

	// RenamedKeysAnnotation, on the ConfigMap, records which keys were renamed, as a
	// JSON object from the stored name to the writer's own.
	RenamedKeysAnnotation = "corewarden.io/renamed-keys"
)

// RecordAnnotations returns the annotations in which a workload itself keeps what was rolled out
// on it.
func RecordAnnotations() []string {
	return []string{CompletedAnnotation, BrakedAnnotation, RolloutAnnotation}
}

// dir is where the servers' pods mount the ConfigMap.
const dir = "/etc/coredns/extra-configs"

// corefileSuffix ends the name of every key that the servers import: *Corefile.
const corefileSuffix = "Corefile"

// A ConfigMap is what counts of the Kubernetes object.
type ConfigMap struct {
	Data map[string]string
	// BinaryData is mounted beside Data and imported like it.
	BinaryData  map[string][]byte
	Annotations map[string]string
	// Immutable tells that its content cannot be changed.
	Immutable bool
	// Owners are its field managers, each once. Only Write looks at them.
	Owners []Owner
}

// Field returns the path of a key's field in the object: data[key] or binaryData[key].
func (c ConfigMap) Field(key string) string {
	if _, binary := c.BinaryData[key]; binary {
		return "binaryData[" + key + "]"
	}
	return "data[" + key + "]"
}

// text returns the value of a key, and whether there is one.
func (c ConfigMap) text(key string) (string, bool) {
	if value, found := c.Data[key]; found {
		return value, true
	}
	value, found := c.BinaryData[key]
	return string(value), found
}

// size returns how many bytes the values of all keys have.
func (c ConfigMap) size() int {
	size := 0
	for _, text := range c.Data {
		size += len(text)
	}
	for _, value := range c.BinaryData {
		size += len(value)
	}
	return size
}

// has reports whether there is a key of the name.
func (c ConfigMap) has(key string) bool {
	_, found := c.text(key)
	return found
}

// same reports whether a key of c and one of another ConfigMap are there, in the same
// field and with the same text.
func (c ConfigMap) same(key string, other ConfigMap, otherKey string) bool {
	text, found := c.text(key)
	otherText, otherFound := other.text(otherKey)
	_, binary := c.BinaryData[key]
	_, otherBinary := other.BinaryData[otherKey]
	return found && otherFound && text == otherText && binary == otherBinary
}

// keys returns the names of all keys in the order in which CoreDNS loads files.
func (c ConfigMap) keys() []string {
	keys := slices.AppendSeq(make([]string, 0, len(c.Data)+len(c.BinaryData)), maps.Keys(c.Data))
	keys = slices.AppendSeq(keys, maps.Keys(c.BinaryData))
	slices.Sort(keys)
	return keys
}

// maxKeys is how many keys a ConfigMap may have here: far more than anyone would write, and
// few enough for each to be looked at several times.
const maxKeys = 2000

// tooManyKeys returns what is to say of a ConfigMap that is not judged for that reason.
func (c ConfigMap) tooManyKeys() (p corefile.Problem, found bool) {
	n := len(c.Data) + len(c.BinaryData)
	if n <= maxKeys {
		return corefile.Problem{}, false
	}
	return corefile.Problem{
		Rule: corefile.RuleTooLarge, Severity: corefile.Error,
		Message: fmt.Sprintf("there are %d keys, but at most %d are checked. Merge some of them", n, maxKeys),
	}, true
}

// File returns a key as the file that it is in a pod; one without text if there is none.
func (c ConfigMap) File(key string) corefile.File {
	text, _ := c.text(key)
	return corefile.File{Name: key, Path: path.Join(dir, key), Text: text}
}

// files returns every key as the file that it is in a pod, in the order of keys.
func (c ConfigMap) files() []corefile.File {
	keys := c.keys()
	files := make([]corefile.File, len(keys))
	for i, key := range keys {
		files[i] = c.File(key)
	}
	return files
}

// Corefiles returns the keys that are Corefiles, in the order in which servers load them.
func (c ConfigMap) Corefiles() []string {
	return slices.DeleteFunc(c.keys(), func(key string) bool { return !isCorefile(key) })
}

func isCorefile(key string) bool { return strings.HasSuffix(key, corefileSuffix) }
