package extraconfig

import (
	"encoding/json"
	"maps"
	"slices"
)

// LastAppliedAnnotation is where kubectl apply keeps the manifest that it applied last. A
// key that is in there, and not in the next manifest, it removes.
const LastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration"

// lastApplied returns the keys of the manifest that was applied last.
func lastApplied(c ConfigMap) ConfigMap {
	var manifest struct {
		Data       map[string]string `json:"data"`
		BinaryData map[string][]byte `json:"binaryData"`
	}
	if json.Unmarshal([]byte(c.Annotations[LastAppliedAnnotation]), &manifest) != nil {
		return ConfigMap{}
	}
	return ConfigMap{Data: manifest.Data, BinaryData: manifest.BinaryData}
}

// updateLastApplied renames keys in the record of the last kubectl apply like those in the
// data. What else is in there stays as it is.
func (n *normaliser) updateLastApplied() {
	var manifest map[string]json.RawMessage
	if json.Unmarshal([]byte(n.result.Annotations[LastAppliedAnnotation]), &manifest) != nil {
		return
	}
	fixed := false
	for _, field := range []string{"data", "binaryData"} {
		var keys map[string]json.RawMessage
		if json.Unmarshal(manifest[field], &keys) != nil {
			continue
		}
		renamed := false
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			if to, other := n.nameNow(key); other {
				keys[to] = keys[key]
				delete(keys, key)
				renamed = true
			}
		}
		if renamed {
			manifest[field] = mustMarshal(keys)
			fixed = true
		}
	}
	if fixed {
		n.annotate(LastAppliedAnnotation, string(mustMarshal(manifest))+"\n") // as kubectl ends it
	}
}

// nameNow returns the name under which the result has a key that a record speaks of, and
// whether that is another.
func (n *normaliser) nameNow(key string) (string, bool) {
	to := normalName(key)
	if n.result.has(key) || !n.result.has(to) {
		return key, false
	}
	return to, true
}
