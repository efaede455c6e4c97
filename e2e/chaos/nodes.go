package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"corewarden/extraconfig"
)

// brokenStage has kwok leave pods of node-local-dns on some nodes as they are when they wait for
// their containers.
const brokenStage = `apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: {name: broken}
spec:
  resourceRef: {apiGroup: v1, kind: Pod}
  selector:
    matchExpressions:
    - {key: '.metadata.deletionTimestamp', operator: DoesNotExist}
    - {key: '.metadata.labels["k8s-app"]', operator: In, values: [node-local-dns]}
    - {key: '.spec.nodeName', operator: In, values: [%s]}
    - {key: '.status.phase', operator: In, values: [Pending]}
    - {key: '.status.containerStatuses.[].ready', operator: NotIn, values: ["false"]}
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
      - {ready: false, restartCount: 0, state: {waiting: {reason: ContainerCreating}}, name: {{ .name | Quote }}, image: {{ .image | Quote }}}
      {{ end }}
      startTime: {{ $now | Quote }}
`

const brokenPrefix = "broken-"

func brokenName(n int) string { return fmt.Sprint(brokenPrefix, n) }

func isBroken(node string) bool { return strings.HasPrefix(node, brokenPrefix) }

// brokenStages returns the file of the stage, if nodes are to be broken.
func brokenStages(o options) ([]string, error) {
	if o.Broken == 0 {
		return nil, nil
	}
	var names []string
	for n := range o.Broken {
		names = append(names, brokenName(n))
	}
	dir, err := os.MkdirTemp(o.TempDir, "corewarden-chaos-")
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "broken.yaml")
	return []string{file}, os.WriteFile(file, fmt.Appendf(nil, brokenStage, strings.Join(names, ", ")), 0o600)
}

// breakNodes adds nodes on which node-local-dns never starts, and has it spare as many more.
func (c *chaos) breakNodes(ctx context.Context, n int) error {
	if n == 0 {
		return nil
	}
	for i := range n {
		if err := c.addNode(ctx, brokenName(i)); err != nil {
			return err
		}
	}
	patch := fmt.Sprintf(`{"spec":{"updateStrategy":{"rollingUpdate":{"maxUnavailable":%d}}}}`, n+1)
	_, err := c.api.AppsV1().DaemonSets(extraconfig.Namespace).Patch(ctx, "node-local-dns", types.StrategicMergePatchType, []byte(patch), metav1.PatchOptions{})
	return err
}

func (c *chaos) addNode(ctx context.Context, name string) error {
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelOSStable: "linux"}}}
	_, err := c.api.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

// guests are the nodes that come and go.
func (c *chaos) guest() string { return fmt.Sprintf("guest-%d", c.random.IntN(2)) }

func (c *chaos) join(ctx context.Context) error { return c.addNode(ctx, c.guest()) }

func (c *chaos) leave(ctx context.Context) error {
	err := c.api.CoreV1().Nodes().Delete(ctx, c.guest(), metav1.DeleteOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

// reboot shows the containers of a node as its kubelet does when it has come up again.
func (c *chaos) reboot(ctx context.Context) error {
	pods, err := c.api.CoreV1().Pods(extraconfig.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil || len(pods.Items) == 0 {
		return err
	}
	node := pods.Items[c.random.IntN(len(pods.Items))].Spec.NodeName
	for _, pod := range pods.Items {
		if pod.Spec.NodeName != node || len(pod.Status.ContainerStatuses) == 0 || pod.Status.ContainerStatuses[0].State.Running == nil {
			continue
		}
		now := metav1.Now()
		status := &pod.Status.ContainerStatuses[0]
		status.RestartCount++
		status.LastTerminationState.Terminated = &corev1.ContainerStateTerminated{Reason: "Unknown", ExitCode: 255, StartedAt: status.State.Running.StartedAt, FinishedAt: now}
		status.State.Running.StartedAt = now
		for n := range pod.Status.Conditions {
			pod.Status.Conditions[n].LastTransitionTime = now
		}
		_, err := c.api.CoreV1().Pods(extraconfig.Namespace).UpdateStatus(ctx, &pod, metav1.UpdateOptions{})
		if err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) {
			return err
		}
	}
	return nil
}
