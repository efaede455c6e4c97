package rollout

import (
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"
	corev1 "k8s.io/api/core/v1"

	"corewarden/extraconfig"
)

// knows makes the watcher know of a ConfigMap that only CoreDNS loads, or of none for "".
func (c *fakeCluster) knows(corefile string) {
	next := *c.known
	next.ConfigMaps = map[string]extraconfig.ConfigMap{}
	if corefile != "" {
		next.ConfigMaps[extraconfig.CoreDNSName] = extraconfig.ConfigMap{Data: map[string]string{"own.Corefile": corefile}}
	}
	c.known = &next
}

// besides returns a cluster on which content is rolled out. CoreDNS mounts the ConfigMap
// that it alone loads.
func besides(t *testing.T) *fakeCluster {
	t.Helper()
	d := coredns()
	pod := &d.Spec.Template.Spec
	pod.Volumes = append(pod.Volumes, corev1.Volume{Name: "own", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
		LocalObjectReference: corev1.LocalObjectReference{Name: extraconfig.CoreDNSName},
	}}})
	pod.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: "extra", MountPath: "/etc/coredns/extra-configs"}, {Name: "own", MountPath: "/etc/coredns/own"}}
	c := newFakeCluster(t, configMap(example), d, nodeLocalDNS())
	c.finish()
	c.wantPatches(2)
	c.wantStamps(hashOf(example), hashOf(example))
	c.forgetEvents()
	return c
}

func TestAConfigMapForOneServerRestartsThatAlone(t *testing.T) {
	t.Parallel()
	c := besides(t)
	c.knows("# nothing yet\n")
	c.finish()
	c.wantPatches(0)

	c.knows(other)
	c.finish()
	c.wantPatches(1)
	own := c.stamps()["coredns"]
	if own == hashOf(example) || own == hashOf(other) {
		t.Errorf("CoreDNS has the stamp of one ConfigMap, %s", own)
	}
	c.wantStamps(own, hashOf(example))
	if events := strings.Join(c.events.events, "\n"); !strings.Contains(events, "kube-system/dns-extra-configs or coredns-extra-configs changed: stamped Deployment coredns with "+short(own)) {
		t.Errorf("no event says why:\n%s", events)
	}

	for _, nothing := range []func(){
		func() { c.knows("# the same\n" + other) },
		func() { c.write("# the same\n" + example) },
		c.startController,
	} {
		nothing()
		c.finish()
		c.wantPatches(0)
	}

	c.write(fixed)
	c.finish()
	c.wantPatches(2)
	if now := c.stamps(); now["coredns"] == own || now["node-local-dns"] != hashOf(fixed) {
		t.Errorf("stamps are %v; want another one for CoreDNS than %s, and %s for node-local-dns", now, own, hashOf(fixed))
	}

	c.knows("")
	c.finish()
	c.wantPatches(1)
	c.wantStamps(hashOf(fixed), hashOf(fixed))
	if c.pods.both {
		t.Error("both layers were restarting at once")
	}
}

// What CoreDNS alone loads and would not start on holds CoreDNS, and with it node-local-dns.
func TestAnInvalidConfigMapForOneServerIsNotRolledOut(t *testing.T) {
	t.Parallel()
	c := besides(t)
	c.knows(typo)
	c.finish()
	c.wantPatches(0)
	if n := testutil.ToFloat64(c.controller.reporter.measures.invalidContent); n != 1 {
		t.Errorf("corewarden_invalid_content is %v, want 1", n)
	}
	const want = `Warning InvalidContent on coredns (with dns-extra-configs): coredns-extra-configs is not rolled out: own.Corefile:2:5: unknown-plugin: `
	if !slices.ContainsFunc(c.events.events, func(e string) bool { return strings.HasPrefix(e, want) }) {
		t.Errorf("no event starts with %q:\n%s", want, strings.Join(c.events.events, "\n"))
	}
	c.write(fixed)
	c.finish()
	c.wantPatches(0)

	c.knows(other)
	c.finish()
	c.wantPatches(2)
	if n := testutil.ToFloat64(c.controller.reporter.measures.invalidContent); n != 0 {
		t.Errorf("corewarden_invalid_content is %v after the fix, want 0", n)
	}
}

// Until all is known nothing is stamped: it would be stamped again when the rest is.
func TestNothingIsStampedBeforeAllIsKnown(t *testing.T) {
	t.Parallel()
	c := newFakeCluster(t, configMap(example), coredns(), nodeLocalDNS())
	c.incomplete = true
	c.settle()
	c.wantPatches(0)
	c.incomplete = false
	c.settle()
	c.wantPatches(1)
}

// A ConfigMap that may not be read is unknown, not absent: to stamp without it would restart
// CoreDNS now, and once more when it is known.
func TestNothingIsStampedForAConfigMapThatMayNotBeRead(t *testing.T) {
	t.Parallel()
	for _, name := range []string{extraconfig.Name, extraconfig.CoreDNSName} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := besides(t)
			c.knows(other)
			c.finish()
			c.wantPatches(1)
			c.forgetEvents()

			known := c.known
			forbidden := *known
			forbidden.ConfigMaps, forbidden.Unknown = nil, map[string]string{name: "corewarden's ServiceAccount may not read it"}
			c.known = &forbidden
			c.startController()
			c.finish()
			c.wantPatches(0)
			const want = "Deployment coredns is held, not rolled out"
			why := "what ConfigMap " + name + " holds is unknown: corewarden's ServiceAccount may not read it. Give Corewarden's ServiceAccount the right"
			if events := strings.Join(c.events.events, "\n"); !strings.Contains(events, want) || !strings.Contains(events, why) {
				t.Errorf("no event says %q and %q:\n%s", want, why, events)
			}
			c.known = known
			c.finish()
			c.wantPatches(0)
			c.wantNothingPendingOrHeld()
		})
	}
}
