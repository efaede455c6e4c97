package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"corewarden/e2e/parts"
	"corewarden/extraconfig"
)

// forged is a stamp that somebody else sets.
const forged = "v1:forged"

// An action is a thing that goes wrong, or at least happens.
type action struct {
	name   string
	weight int
	do     func(*chaos, context.Context) error
	// outage says that no webhook may answer meanwhile.
	outage bool
}

func actions() []action {
	kubectl := func(args string) func(*chaos, context.Context) error {
		return func(c *chaos, ctx context.Context) error {
			_, err := c.cluster.Kubectl(ctx, append(strings.Fields(args), "--namespace=kube-system")...)
			return err
		}
	}
	return []action{
		{name: "other content is written", weight: 8, do: (*chaos).write},
		{name: "the same content is written", weight: 3, do: (*chaos).rewrite},
		{name: "a former content is written again", weight: 3, do: (*chaos).revert},
		{name: "ten contents are written in a row", weight: 2, do: func(c *chaos, ctx context.Context) error {
			for range 10 {
				if err := c.write(ctx); err != nil {
					return err
				}
			}
			return nil
		}},
		{name: "the ConfigMap is deleted", weight: 1, do: func(c *chaos, ctx context.Context) error {
			err := c.api.CoreV1().ConfigMaps(extraconfig.Namespace).Delete(ctx, extraconfig.Name, metav1.DeleteOptions{})
			if apierrors.IsNotFound(err) {
				return nil
			}
			return err
		}},
		{name: "the webhook is killed", weight: 3, do: func(c *chaos, ctx context.Context) error {
			return errors.Join(c.product.Kill(), c.pause(ctx, c.random.IntN(3000)), c.product.Start(ctx))
		}, outage: true},
		{name: "the API server is killed", weight: 1, do: func(c *chaos, ctx context.Context) error { return c.kill(ctx, parts.KubeAPIServer) }, outage: true},
		{name: "etcd is killed", weight: 1, do: func(c *chaos, ctx context.Context) error { return c.kill(ctx, parts.Etcd) }, outage: true},
		{name: "a pod of CoreDNS crashes", weight: 2, do: func(c *chaos, ctx context.Context) error { return c.crash(ctx, coreDNSPods) }},
		{name: "a pod of node-local-dns crashes", weight: 2, do: func(c *chaos, ctx context.Context) error { return c.crash(ctx, nodeLocalDNSPods) }},
		{name: "a crashed pod is deleted", weight: 4, do: func(c *chaos, ctx context.Context) error { return c.heal(ctx, 1) }},
		{name: "a node is restarted", weight: 2, do: (*chaos).reboot},
		{name: "a node joins", weight: 1, do: (*chaos).join},
		{name: "a node leaves", weight: 1, do: (*chaos).leave},
		{name: "somebody restarts CoreDNS", weight: 1, do: kubectl("rollout restart deployment coredns")},
		{name: "somebody restarts node-local-dns", weight: 1, do: kubectl("rollout restart daemonset node-local-dns")},
		{name: "somebody undoes the last rollout of CoreDNS", weight: 1, do: kubectl("rollout undo deployment coredns")},
		{name: "CoreDNS is scaled up", weight: 1, do: kubectl("scale deployment coredns --replicas=3")},
		{name: "CoreDNS is scaled down", weight: 1, do: kubectl("scale deployment coredns --replicas=2")},
		{name: "somebody forges the stamp of CoreDNS", weight: 1, do: kubectl(`patch deployment coredns --patch={"spec":{"template":{"metadata":{"annotations":{"corewarden.io/config-hash":"` + forged + `"}}}}}`)},
		{name: "somebody removes the stamp of node-local-dns", weight: 1, do: kubectl(`patch daemonset node-local-dns --patch={"spec":{"template":{"metadata":{"annotations":{"corewarden.io/config-hash":null}}}}}`)},
	}
}

// write stores content that there was not before.
func (c *chaos) write(ctx context.Context) error {
	c.written++
	return c.store(ctx, content(c.written))
}

// revert stores one of the last contents once more.
func (c *chaos) revert(ctx context.Context) error {
	return c.store(ctx, content(c.written-c.random.IntN(min(c.written, 5))))
}

func content(n int) string {
	return fmt.Sprintf("example.org {\n    forward . 10.%d.%d.1\n}\n", n>>8, n&0xff)
}

// rewrite adds a comment.
func (c *chaos) rewrite(ctx context.Context) error {
	cm, err := c.api.CoreV1().ConfigMaps(extraconfig.Namespace).Get(ctx, extraconfig.Name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return c.store(ctx, "# once more\n"+cm.Data["Corefile"])
}

func (c *chaos) store(ctx context.Context, corefile string) error {
	configMaps := c.api.CoreV1().ConfigMaps(extraconfig.Namespace)
	cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: extraconfig.Name}, Data: map[string]string{"Corefile": corefile}}
	_, err := configMaps.Update(ctx, cm, metav1.UpdateOptions{})
	if apierrors.IsNotFound(err) {
		_, err = configMaps.Create(ctx, cm, metav1.CreateOptions{})
	}
	return err
}

// stored returns the hash of what is stored.
func (c *chaos) stored(ctx context.Context) (string, error) {
	cm, err := c.api.CoreV1().ConfigMaps(extraconfig.Namespace).Get(ctx, extraconfig.Name, metav1.GetOptions{})
	if err != nil {
		return "", err
	}
	value := extraconfig.ConfigMap{Data: cm.Data}
	return value.Hash(), nil
}

// kill takes a part of the control plane away for a while.
func (c *chaos) kill(ctx context.Context, part parts.Part) error {
	p := c.cluster.Process(part)
	if err := errors.Join(p.Kill(), c.pause(ctx, c.random.IntN(5000))); err != nil {
		return err
	}
	if err := p.Start(ctx); err != nil {
		return err
	}
	// The API server takes a while to find etcd again.
	for end := time.Now().Add(time.Minute); ; {
		_, err := c.watcher.look(ctx)
		if err == nil || time.Now().After(end) {
			return err
		}
		if err := c.pause(ctx, 100); err != nil {
			return err
		}
	}
}

// The labels of the pods of both workloads.
const (
	coreDNSPods      = "app.kubernetes.io/name=kube-dns"
	nodeLocalDNSPods = "k8s-app=node-local-dns"
)

// crash makes a pod one that crashes again and again, as a kubelet would show it.
func (c *chaos) crash(ctx context.Context, label string) error {
	pods, err := c.api.CoreV1().Pods(extraconfig.Namespace).List(ctx, metav1.ListOptions{LabelSelector: label})
	if err != nil || len(pods.Items) == 0 {
		return err
	}
	pod := pods.Items[c.random.IntN(len(pods.Items))]
	if label == nodeLocalDNSPods {
		c.watcher.crashed.Add(1)
	}
	patch := fmt.Sprintf(`{"status":{"conditions":[{"type":"Ready","status":"False"}],"containerStatuses":[{"name":%q,"image":"x","imageID":"",
		"ready":false,"restartCount":1,"state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}}`, pod.Spec.Containers[0].Name)
	_, err = c.api.CoreV1().Pods(extraconfig.Namespace).Patch(ctx, pod.Name, types.StrategicMergePatchType, []byte(patch), metav1.PatchOptions{}, "status")
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

// heal deletes pods that crash, so that others take their places.
func (c *chaos) heal(ctx context.Context, most int) error {
	pods, err := c.api.CoreV1().Pods(extraconfig.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	left := int64(0)
	for _, pod := range pods.Items {
		if len(pod.Status.ContainerStatuses) == 0 || pod.Status.ContainerStatuses[0].RestartCount == 0 {
			continue
		}
		if most--; most < 0 {
			if pod.Labels["k8s-app"] == "node-local-dns" {
				left++
			}
			continue
		}
		if err := c.api.CoreV1().Pods(extraconfig.Namespace).Delete(ctx, pod.Name, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
			return err
		}
	}
	c.watcher.crashed.Store(left)
	return nil
}
