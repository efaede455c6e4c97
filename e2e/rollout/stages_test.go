package rollout_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"corewarden/extraconfig"
)

// A script is what becomes of the pods of a workload that have the stamp of a Corefile.
// kwok carries it out.
type script struct {
	name     string
	label    string // of the pods: its name and value
	corefile string
	// after is the phase in which it acts, and delay how long after that was reached.
	after string
	delay int // milliseconds
	// container is the status of the container.
	container string
}

const (
	coreDNSPods      = `app.kubernetes.io/name=kube-dns`
	nodeLocalDNSPods = `k8s-app=node-local-dns`

	// crashes is a container that waits to be started again after a crash.
	crashes = `{ready: false, restartCount: 1, state: {waiting: {reason: CrashLoopBackOff, message: back-off 10s}},
        lastState: {terminated: {reason: Error, exitCode: 1, message: "its last words", startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }}}}`
	// hangs is a container that does not come up.
	hangs = `{ready: false, restartCount: 0, state: {waiting: {reason: ContainerCreating}}`
)

// stageTemplate is one stage. What is in double braces is for kwok.
const stageTemplate = `
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: {name: NAME}
spec:
  resourceRef: {apiGroup: v1, kind: Pod}
  selector:
    matchExpressions:
    - {key: '.metadata.deletionTimestamp', operator: DoesNotExist}
    - {key: '.metadata.labels["LABEL"]', operator: In, values: [VALUE]}
    - {key: '.metadata.annotations["corewarden.io/config-hash"]', operator: In, values: ["HASH"]}
    - {key: '.status.phase', operator: In, values: [AFTER]}
    - {key: '.status.containerStatuses.[].ready', operator: NotIn, values: ["false"]}
  delay: {durationMilliseconds: DELAY}
  weight: 1
  next:
    statusTemplate: |
      {{ $now := Now }}
      phase: Running
      conditions:
      - {type: Ready, status: "False", lastTransitionTime: {{ $now | Quote }}}
      - {type: ContainersReady, status: "False", lastTransitionTime: {{ $now | Quote }}}
      containerStatuses:
      {{ range .spec.containers }}
      - CONTAINER, name: {{ .name | Quote }}, image: {{ .image | Quote }}}
      {{ end }}
      startTime: {{ $now | Quote }}
`

// stages writes the scripts to a file.
func stages(t *testing.T, scripts ...script) string {
	t.Helper()
	var text strings.Builder
	for _, s := range scripts {
		label, value, _ := strings.Cut(s.label, "=")
		hash := extraconfig.ConfigMap{Data: map[string]string{"Corefile": s.corefile}}.Hash()
		text.WriteString("---" + strings.NewReplacer("NAME", s.name, "LABEL", label, "VALUE", value, "HASH", hash,
			"AFTER", s.after, "DELAY", fmt.Sprint(s.delay), "CONTAINER", s.container).Replace(stageTemplate))
	}
	file := filepath.Join(t.TempDir(), "stages.yaml")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
