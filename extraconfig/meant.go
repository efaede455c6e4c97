package extraconfig

import (
	"fmt"
	"slices"
	"strings"

	"corewarden/corefile"
)

// Meant returns the name of the judged ConfigMap that somebody may have meant by another name, and a
// sentence that says how to get it; "" for a name that is not like one.
func Meant(name string) (meant, remedy string) {
	if CopyOf(name) != "" || slices.Contains(Bundles(), name) {
		return "", ""
	}
	for _, bundle := range Bundles() {
		if rest, found := strings.CutPrefix(name, bundle+"-"); found && len(rest) == 10 && strings.Trim(rest, "2456789bcdfghkmt") == "" {
			return bundle, "Its name ends in a hash of kustomize: " + unhashed(bundle)
		}
	}
	const atMost = 2 // letters more or less: longer names are hardly misspelt
	if meant := corefile.Nearest(name, Bundles()); meant != "" && max(len(meant)-len(name), len(name)-len(meant)) <= atMost {
		return meant, fmt.Sprintf("Did you mean %q?", meant)
	}
	return "", ""
}

// unhashed says how kustomize leaves a name as it is.
func unhashed(name string) string {
	return fmt.Sprintf(`write "disableNameSuffixHash: true" in the options of its generator, so that it is %q`, name)
}

// Mistaken warns of a ConfigMap with Corefiles whose name is almost one that servers load, and that
// none of the cluster loads.
func (k Cluster) Mistaken(name string, c ConfigMap) []corefile.Problem {
	meant, remedy := Meant(name)
	if meant == "" || !slices.ContainsFunc(c.keys(), isCorefile) {
		return nil
	}
	if loaded, _ := k.Names(); slices.Contains(loaded, name) {
		return nil
	}
	return []corefile.Problem{{
		Rule: RuleNotLoaded, Severity: corefile.Warning, Suggestion: meant,
		Message: fmt.Sprintf("no server loads ConfigMap %s. %s", corefile.Quote(name), remedy),
	}}
}

// Hashed warns of a judged ConfigMap to whose name a generator adds a hash.
func Hashed(name string) corefile.Problem {
	return corefile.Problem{Rule: RuleNotLoaded, Severity: corefile.Warning, Message: fmt.Sprintf(
		"kustomize adds a hash to the name, so this becomes another ConfigMap than the one that servers load: %s", unhashed(name))}
}
