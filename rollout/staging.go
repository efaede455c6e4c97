package rollout

import (
	"fmt"
	"strings"
	"time"

	"corewarden/extraconfig"
)

// stagingNote says what the stages of a rollout, or that one is held, mean in a cluster: all pods
// mount one ConfigMap, so that those with the plugin reload load new content before their stage,
// too. The content is told in the given words.
func stagingNote(k *extraconfig.Cluster, pinned bool, content string) string {
	workloads, within, known := k.Reloads()
	switch {
	case pinned:
		return "; no pod loads " + content + " before it is replaced"
	case len(workloads) > 0:
		return fmt.Sprintf("; the pods of %s load %s within %s, restarted or not, by the plugin reload", strings.Join(workloads, " and "), content, within.Round(time.Second))
	case known:
		return "; no pod loads " + content + " before it is restarted"
	}
	return ""
}
