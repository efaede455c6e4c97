package webhook

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"corewarden/extraconfig"
)

// ruleDeletion is what the metric calls a warning of a deletion.
const ruleDeletion = "deletion"

// deleted says what the deletion of a ConfigMap does to the servers that load it.
func deleted(k *extraconfig.Cluster, cm *corev1.ConfigMap) []string {
	var stuck, changed []string
	for _, w := range k.Workloads {
		switch {
		case w.Requires(cm.Name):
			stuck = append(stuck, w.String())
		case slices.Contains(w.Volumes().ConfigMaps(), cm.Name) && valueOf(cm).Hash() != extraconfig.EmptyHash:
			changed = append(changed, w.String())
		}
	}
	var warnings []string
	if len(stuck) > 0 {
		warnings = append(warnings, "new pods of "+strings.Join(stuck, " and ")+" cannot start without "+cm.Name+": the volume is not optional. Create it again, even if empty")
	}
	if len(changed) > 0 {
		warnings = append(warnings, "the deletion will be rolled out: "+strings.Join(changed, " and ")+" will run without the server blocks of "+cm.Name)
	}
	return warnings
}
