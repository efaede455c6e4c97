package manifests_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// difference says what only a ("-") and what only b ("+") has: objects, or lines of objects
// that both have.
func difference(a, b inventory) []string {
	return append(missing("- ", a, b), missing("+ ", b, a)...)
}

// missing returns what there is in a and not in b.
func missing(sign string, a, b inventory) []string {
	var found []string
	for _, key := range a.names() {
		other, ok := b[key]
		if !ok {
			found = append(found, sign+key)
			continue
		}
		others := lines(other.Object)
		for _, line := range lines(a[key].Object) {
			if !slices.Contains(others, line) {
				found = append(found, sign+key+" "+line)
			}
		}
	}
	return found
}

// lines returns a line for every value in an object, such as "spec.replicas: 2". An item of
// a list is called by its name, if it has one.
func lines(object map[string]any) []string {
	var found []string
	var visit func(path string, value any)
	visit = func(path string, value any) {
		switch value := value.(type) {
		case map[string]any:
			if len(value) == 0 {
				found = append(found, path+": {}")
			}
			for _, name := range slices.Sorted(maps.Keys(value)) {
				inner := name
				if path != "" {
					inner = path + "." + name
				}
				visit(inner, value[name])
			}
		case []any:
			if len(value) == 0 {
				found = append(found, path+": []")
			}
			for i, item := range value {
				visit(path+index(i, item), item)
			}
		default:
			text, err := json.Marshal(value)
			if err != nil {
				panic(err) // it was decoded from JSON
			}
			found = append(found, path+": "+string(text))
		}
	}
	visit("", object)
	return found
}

func index(i int, item any) string {
	object, ok := item.(map[string]any)
	if !ok {
		return ""
	}
	if name, ok := object["name"].(string); ok {
		return "[" + name + "]"
	}
	return fmt.Sprintf("[%d]", i)
}
