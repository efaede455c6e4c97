package doctor

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"corewarden/corefile/release"
	"corewarden/extraconfig"
	"corewarden/rollout"
	"corewarden/rollout/plan"
)

var flagsFit = check{
	id:    "flags",
	title: "the flags of the webhook are right",
	look: func(_ context.Context, i *installation) outcome {
		if out, outside := i.outside(); outside {
			return out
		}
		c := i.container()
		if c == nil {
			return skipped("there is no container %s to look at", i.shipped.deployment.Spec.Template.Spec.Containers[0].Name)
		}
		var out outcome
		args := i.args()
		i.compareAccount(&out, args, c)
		for flag, find := range map[string]func(string) (release.Release, error){"coredns": release.CoreDNS, "node-local-dns": release.NodeCache} {
			version, given := args[flag]
			if !given {
				continue
			}
			r, err := find(version)
			switch {
			case err != nil:
				out.fail(fmt.Sprintf("--%s: %v: the webhook does not start", flag, err), applyAgain)
			case r.Note != "":
				out.warn(fmt.Sprintf("--%s: %s", flag, r.Note), "upgrade Corewarden, or name a version that it knows")
			}
		}
		return out
	},
}

// compareAccount tells where the webhook believes to be another ServiceAccount than the one
// that its pods have. It then undoes its own stamps.
func (i *installation) compareAccount(out *outcome, args map[string]string, c *corev1.Container) {
	believes := args["service-account"]
	if believes == "" {
		believes = i.shipped.deployment.Namespace + "/corewarden"
		if slices.ContainsFunc(c.Env, func(e corev1.EnvVar) bool { return e.Name == "POD_NAMESPACE" }) {
			believes = i.Namespace + "/corewarden"
		}
	}
	if is := i.Namespace + "/" + i.serviceAccount(); believes != is {
		out.fail(fmt.Sprintf("the webhook runs as ServiceAccount %s and believes to be %s: it undoes its own stamps, and nothing is rolled out", is, believes),
			"set --service-account="+is+" in the args of the Deployment")
	}
}

// serviceAccount returns the name of the account that the pods have.
func (i *installation) serviceAccount() string {
	if i.deployment.err == nil {
		if name := i.deployment.value.Spec.Template.Spec.ServiceAccountName; name != "" {
			return name
		}
	}
	return i.shipped.deployment.Spec.Template.Spec.ServiceAccountName
}

// args returns the flags of the webhook's container, by name.
func (i *installation) args() map[string]string {
	flags := map[string]string{}
	if c := i.container(); c != nil {
		for _, arg := range c.Args {
			if name, value, found := strings.Cut(strings.TrimLeft(arg, "-"), "="); found {
				flags[name] = value
			}
		}
	}
	return flags
}

// observes reports whether admission only tells what it would do.
func (i *installation) observes() bool {
	args := i.args()
	return cmp.Or(args["admission-mode"], args["mode"]) == "observe"
}

// servers returns the servers that a webhook with these flags judges for.
func servers(args map[string]string) []extraconfig.Server {
	coreDNS, err := release.CoreDNS(args["coredns"])
	if err != nil {
		coreDNS, _ = release.CoreDNS(release.NewestCoreDNS)
	}
	nodeCache, err := release.NodeCache(args["node-local-dns"])
	if err != nil {
		nodeCache, _ = release.NodeCache(release.NewestNodeCache)
	}
	return []extraconfig.Server{{Workload: "coredns", Release: coreDNS}, {Workload: "node-local-dns", Release: nodeCache}}
}

// policy returns how careful rollouts are: by the flags or, where Corewarden runs in no pod,
// by its webhooks.
func (i *installation) policy() plan.Policy {
	var p plan.Policy
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	rollout.AddFlags(flags, &p)
	for name, value := range i.args() {
		_ = flags.Set(name, value) // what is wrong, or another's, has no say
	}
	if _, outside := i.outside(); outside {
		p.Pinned = i.webhook(pinningWebhook) != nil
	}
	return p
}
