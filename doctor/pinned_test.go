package doctor

import (
	"testing"

	"corewarden/rollout"
)

func TestPodsPinned(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, content, want string
		unpinned            int
		status              Status
	}{
		{name: "by default", content: "", want: "shared", status: OK},
		{name: "shared", content: "--content=shared", want: "shared", status: OK},
		{name: "pinned", content: "--content=pinned", want: "pinned: coredns dns-extra-configs-v1-0123456789abcdef in 2", status: OK},
		{name: "one is not", content: "--content=pinned", unpinned: 1, want: "1 of the pods of Deployment coredns mount a ConfigMap itself, whatever it holds, though there is a copy for their stamp", status: Warning},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			i := running(1, 1)
			container := i.container()
			container.Args = append(container.Args, test.content)
			i.stages.value = []rollout.Stage{{Kind: "Deployment", Name: "coredns", Unpinned: test.unpinned, Mounts: []rollout.Mounted{{ConfigMap: "dns-extra-configs-v1-0123456789abcdef", Pods: 2}}}}
			out := podsPinned.look(t.Context(), i)
			got := out.detail
			if len(out.findings) > 0 {
				got = out.findings[0].Cause
			}
			if out.status() != test.status || got != test.want {
				t.Errorf("%s: %q, want %s: %q", out.status(), got, test.status, test.want)
			}
		})
	}
}
