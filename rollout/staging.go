package rollout

import (
	"fmt"
	"strings"
	"time"

	"corewarden/extraconfig"
)

// stagingNote says what the stages of a rollout mean in a cluster: all pods mount one ConfigMap,
// so that those with the plugin reload load new content before their stage, too.
func stagingNote(k *extraconfig.Cluster, pinned bool) string {
	workloads, within, known := k.Reloads()
	switch {
	case pinned:
		return "; no pod loads it before it is replaced"
	case len(workloads) > 0:
		return fmt.Sprintf("; the pods of %s load it within %s, restarted or not, by the plugin reload", strings.Join(workloads, " and "), within.Round(time.Second))
	case known:
		return "; no pod loads it before it is restarted"
	}
	return ""
}
