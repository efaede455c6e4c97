package extraconfig

import (
	"corewarden/corefile"
	"corewarden/extraconfig/workload"
)

// Reloads reports whether the own Corefile of a workload's server, as far as it is known, has
// the plugin reload. Then running pods load what is new in any ConfigMap, within about two
// minutes.
func (k Cluster) Reloads(w workload.Workload) bool {
	_, source := w.Corefile()
	configMap, key, found := w.Volumes().Source(source)
	if !found {
		return false
	}
	text, _ := k.ConfigMaps[configMap].text(key)
	depth := 0
	for word := range corefile.Words(text) {
		switch {
		case word.Text == "{":
			depth++
		case word.Text == "}":
			depth--
		case word.StartsLine && depth == 1 && word.Text == "reload":
			return true
		}
	}
	return false
}
