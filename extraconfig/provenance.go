package extraconfig

import (
	"encoding/json"
	"maps"
)

// provenance returns the record of earlier renames, the stored name to the writer's, as
// far as it can be true: the stored key is there, and the writer's name is one that is
// renamed to it. What the request says counts before what is stored, since the write may
// have passed here already; where it says nothing, a writer who knows nothing of the
// record has dropped it.
//
// Who forges an entry gains nothing: it lets a key be written under a second name by those
// who can write it under the first.
func (w Write) provenance() map[string]string {
	record := renamedKeys(w.Before)
	maps.Copy(record, renamedKeys(w.After))
	maps.DeleteFunc(record, func(to, _ string) bool { return !w.After.has(to) })
	return record
}

// renamedKeys reads the annotation without what cannot be true.
func renamedKeys(c ConfigMap) map[string]string {
	var entries map[string]json.RawMessage
	if json.Unmarshal([]byte(c.Annotations[RenamedKeysAnnotation]), &entries) != nil {
		return map[string]string{}
	}
	record := map[string]string{}
	for to, text := range entries {
		var from string
		if json.Unmarshal(text, &from) == nil && from != to && normalName(from) == to {
			record[to] = from
		}
	}
	return record
}

// updateRecord writes the record that is true of the result.
func (n *normaliser) updateRecord() {
	for to, from := range n.from {
		n.record[to] = from[0]
	}
	maps.DeleteFunc(n.record, func(to, _ string) bool { return !n.result.has(to) })
	if len(n.record) == 0 {
		delete(n.result.Annotations, RenamedKeysAnnotation)
		return
	}
	n.annotate(RenamedKeysAnnotation, string(mustMarshal(n.record)))
}

func (n *normaliser) annotate(name, value string) {
	if n.result.Annotations == nil {
		n.result.Annotations = map[string]string{}
	}
	n.result.Annotations[name] = value
}

// mustMarshal encodes what cannot fail to be encoded, such as a map of strings.
func mustMarshal(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}
