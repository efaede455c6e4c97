package extraconfig_test

import (
	"testing"

	"corewarden/extraconfig"
)

// The plugin reload counts where it is one: on a line of its own in a server block.
func TestReloadsIsReadFromTheOwnCorefile(t *testing.T) {
	t.Parallel()
	k := metakube(t)
	for corefile, want := range map[string]bool{
		".:53 {\n    reload\n    whoami\n}\n":                  true,
		".:53 {\n    whoami\n    reload 10s 5s\n}\n":           true,
		".:53 {\n    whoami\n}\n":                              false,
		".:53 {\n    # reload\n    whoami\n}\n":                false,
		".:53 {\n    hosts {\n        reload 5s\n    }\n}\n":   false,
		".:53 {\n    rewrite name reload example.org\n}\n":     false,
		"import /etc/coredns/extra/*\n.:53 {\n    reload\n}\n": true,
	} {
		with := k.WithConfigMap("coredns", extraconfig.ConfigMap{Data: texts{"Corefile": corefile}})
		if got := with.Reloads(k.Workloads[0]); got != want {
			t.Errorf("%q reloads: %t, want %t", corefile, got, want)
		}
	}
}
