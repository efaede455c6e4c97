package release_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"corewarden/corefile/release"
)

func coreDNS(t *testing.T, version string) release.Release {
	t.Helper()
	r, err := release.CoreDNS(version)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func nodeCache(t *testing.T, version string) release.Release {
	t.Helper()
	r, err := release.NodeCache(version)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReleaseHasItsPlugins(t *testing.T) {
	t.Parallel()
	newest, oldest, cache := coreDNS(t, release.NewestCoreDNS), coreDNS(t, "1.11.3"), nodeCache(t, "1.26.7")
	for _, test := range []struct {
		name    string
		release release.Release
		plugin  string
		want    bool
	}{
		{"a plugin of every release", newest, "forward", true},
		{"a plugin of every release, in the oldest", oldest, "forward", true},
		{"a plugin of the newest release", newest, "siit", true},
		{"a plugin that came later", oldest, "siit", false},
		{"the release that a plugin came with", coreDNS(t, "1.14.0"), "https", true},
		{"the release before", coreDNS(t, "1.13.2"), "https", false},
		{"a plugin that is linked", cache, "forward", true},
		{"a plugin that is not linked", cache, "acl", false},
		{"a plugin that came later and is not linked", cache, "siit", false},
		{"a plugin that others bring along", cache, "dnstap", true},
		{"no plugin", newest, "forwrad", false},
		{"a name in another case", newest, "Forward", false},
		{"no name", newest, "", false},
		{"a plugin that was removed", newest, "proxy", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := test.release.Has(test.plugin); got != test.want {
				t.Errorf("%s has %q = %v, want %v", test.release.Name, test.plugin, got, test.want)
			}
			if got := slices.Contains(test.release.Plugins(), test.plugin); got != test.want {
				t.Errorf("the plugins of %s hold %q = %v, want %v", test.release.Name, test.plugin, got, test.want)
			}
		})
	}
}

func TestNodeCacheHoldsItsImportsAndWhatTheyBring(t *testing.T) {
	t.Parallel()
	want := strings.Fields("bind bufsize cache debug dns64 dnstap errors forward health hosts loadbalance log loop metadata pprof prometheus reload rewrite template trace whoami")
	if got := nodeCache(t, "1.26.7").Plugins(); !slices.Equal(got, want) {
		t.Errorf("plugins = %v, want %v", got, want)
	}
}

// TestReleaseAsksItsPluginsInOrder shows the parts of the order in which a plugin moved or
// came.
func TestReleaseAsksItsPluginsInOrder(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		release release.Release
		part    string
	}{
		{coreDNS(t, "1.11.3"), "root metadata geoip cancel tls timeouts reload"},
		{coreDNS(t, "1.11.3"), "local dns64 acl any chaos loadbalance tsig cache rewrite header dnssec autopath minimal template"},
		{coreDNS(t, "1.14.2"), "dns64 acl any"},
		{coreDNS(t, "1.14.3"), "cancel tls proxyproto quic grpc_server https https3 timeouts multisocket reload"},
		{coreDNS(t, "1.14.3"), "dns64 any chaos loadbalance tsig cache rewrite acl header dnssec autopath minimal"},
		{coreDNS(t, "1.14.7"), "cancel proxyproto"},
		{coreDNS(t, "1.14.7"), "pprof shed prometheus"},
		{coreDNS(t, "1.14.7"), "tsig rewrite autopath acl cache header dnssec tls minimal template transfer hosts"},
		{coreDNS(t, "1.15.0"), "dns64 siit any"},
		{coreDNS(t, "1.15.0"), "transfer dynupdate hosts route53 azure clouddns k8s_external kubernetes file auto secondary etcd loop forward grpc erratic whoami on sign view nomad"},
		{nodeCache(t, "1.26.7"), "loadbalance cache rewrite template hosts loop forward whoami"},
		{nodeCache(t, "head"), "timeouts reload bufsize bind debug trace"},
	} {
		if got := " " + strings.Join(test.release.InOrder(), " ") + " "; !strings.Contains(got, " "+test.part+" ") {
			t.Errorf("%s asks%s\nwant %s in it", test.release.Name, got, test.part)
		}
	}
}

func TestEveryReleaseAsksEachPluginOnce(t *testing.T) {
	t.Parallel()
	for _, r := range release.All() {
		names := r.InOrder()
		for i, name := range names {
			if !r.Has(name) || slices.Contains(names[i+1:], name) {
				t.Errorf("%s does not ask %s once: %s", r.Name, name, names)
			}
		}
	}
}

func TestPluginsThatMovedInTheOrder(t *testing.T) {
	t.Parallel()
	for plugin, want := range map[string]string{"acl": "1.14.3", "cache": "1.14.7", "tls": "1.14.7", "hosts": "", "shed": "", "nothing": ""} {
		if got := release.Moved(plugin); got != want {
			t.Errorf("%s moved in %q, want %q", plugin, got, want)
		}
	}
}

func TestVersionsAreOrderedByTheirNumbers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		release, version string
		want             bool
	}{
		{"1.15.0", "1.15.0", true},
		{"1.15.0", "1.9.10", true},
		{"1.12.1", "1.9.0", true},
		{"1.11.3", "1.9.10", true},
		{"1.11.3", "1.11.4", false},
		{"1.14.7", "1.15.0", false},
		{"1.14.7", "1.14.10", false},
		{"1.15.0", "1.15.10", false},
		{"1.15.0", "2.0.0", false},
		{"1.11.3", "", true},
	} {
		if got := coreDNS(t, test.release).AtLeast(test.version); got != test.want {
			t.Errorf("CoreDNS %s is at least %q = %v, want %v", test.release, test.version, got, test.want)
		}
	}
}

func TestReleaseSaysWhatItIs(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		release           release.Release
		name, coreDNSInIt string
	}{
		{coreDNS(t, "1.13.1"), "CoreDNS 1.13.1", "1.13.1"},
		{nodeCache(t, "1.26.7"), "node-cache 1.26.7", "1.13.1"},
		{nodeCache(t, "1.26.5"), "node-cache 1.26.5", "1.12.2"},
		{coreDNS(t, release.NewestCoreDNS), "CoreDNS " + release.NewestCoreDNS, release.NewestCoreDNS},
	} {
		if test.release.Name != test.name || test.release.CoreDNSVersion() != test.coreDNSInIt {
			t.Errorf("got %q with CoreDNS %s, want %q with %s", test.release.Name, test.release.CoreDNSVersion(), test.name, test.coreDNSInIt)
		}
	}
}

func TestVersionsAreJudgedAsTheNearestThatIsKnown(t *testing.T) {
	t.Parallel()
	newest := release.NewestCoreDNS
	patched := newest[:strings.LastIndexByte(newest, '.')] + ".999"
	for _, test := range []struct {
		name          string
		find          func(string) (release.Release, error)
		version, want string // want is the name
		note          string
	}{
		{"a known one", release.CoreDNS, "1.15.0", "CoreDNS 1.15.0", ""},
		{"as the tag of an image", release.CoreDNS, "v1.13.2", "CoreDNS 1.13.2", ""},
		{"a distributor's build", release.CoreDNS, "v1.11.4-eksbuild.2", "CoreDNS 1.11.4", ""},
		{"build metadata", release.CoreDNS, "1.12.1+fips", "CoreDNS 1.12.1", ""},
		{"an older one", release.CoreDNS, "1.8.0", "CoreDNS 1.11.3", "CoreDNS 1.8.0 is not known: checked as 1.11.3, the oldest known release"},
		{"a patch before the oldest", release.CoreDNS, "1.11.1", "CoreDNS 1.11.3", "CoreDNS 1.11.1 is not known: checked as 1.11.3, the oldest known release"},
		{"an older build of a distributor", release.CoreDNS, "v1.10.1-eksbuild.18", "CoreDNS 1.11.3", "CoreDNS 1.10.1 is not known: checked as 1.11.3, the oldest known release"},
		{"a patch of the newest", release.CoreDNS, patched, "CoreDNS " + newest, "CoreDNS " + patched + " is not known: checked as " + newest + ", the newest known release"},
		{"a newer one", release.CoreDNS, "v10.0.0", "CoreDNS " + newest, "CoreDNS 10.0.0 is not known: checked as " + newest + ", the newest known release"},
		{"a patch between", release.CoreDNS, "1.13.9", "CoreDNS 1.13.2", "CoreDNS 1.13.9 is not known: checked as 1.13.2, the nearest older release"},
		{"numbers are not words", release.CoreDNS, "1.14.10", "CoreDNS 1.14.7", "CoreDNS 1.14.10 is not known: checked as 1.14.7, the nearest older release"},

		{"a known node-cache", release.NodeCache, "v1.26.5", "node-cache 1.26.5", ""},
		{"node-cache without a release", release.NodeCache, "head", "node-cache head", ""},
		{"an older node-cache", release.NodeCache, "1.23.1", "node-cache 1.24.0", "node-cache 1.23.1 is not known: checked as 1.24.0, the oldest known release"},
		{"a node-cache between", release.NodeCache, "1.25.3", "node-cache 1.25.0", "node-cache 1.25.3 is not known: checked as 1.25.0, the nearest older release"},
		{"a newer node-cache", release.NodeCache, "10.0.0", "node-cache head", "node-cache 10.0.0 is not known: checked as head, the newest known release"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r, err := test.find(test.version)
			if err != nil {
				t.Fatal(err)
			}
			if r.Name != test.want || r.Note != test.note {
				t.Errorf("%s is judged as %q with the note %q\nwant %q and %q", test.version, r.Name, r.Note, test.want, test.note)
			}
		})
	}
}

func TestAnUnknownVersionHasAllThatItsStandInHas(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ unknown, known release.Release }{
		{coreDNS(t, "10.0.0"), coreDNS(t, release.NewestCoreDNS)},
		{nodeCache(t, "1.23.0"), nodeCache(t, "1.24.0")},
		{nodeCache(t, "10.0.0"), nodeCache(t, "head")},
	} {
		if got, want := test.unknown.Plugins(), test.known.Plugins(); !slices.Equal(got, want) {
			t.Errorf("%s\nhas %q\nwant %q", test.unknown.Note, got, want)
		}
		if got, want := test.unknown.CoreDNSVersion(), test.known.CoreDNSVersion(); got != want {
			t.Errorf("%s: CoreDNS in it = %s, want %s", test.unknown.Note, got, want)
		}
	}
}

func TestWhatIsNoVersionIsRefusedWithAnExample(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"", "1", "1.15", "1.15.", "1.15.0.1", "V1.15.0", "1.15.x", "1.015.0", "1.15.0 ", " 1.15.0", "latest", "1.15.0-é", "-1.15.0", "1.15.0\n"} {
		_, err := release.CoreDNS(version)
		if want := strconv.Quote(version) + " is not a version of CoreDNS. Write three numbers, such as 1.15.0 or v1.11.4-eksbuild.2"; err == nil || err.Error() != want {
			t.Errorf("error of %q = %v\nwant %s", version, err, want)
		}
	}
	for version, find := range map[string]func(string) (release.Release, error){"head": release.CoreDNS, "HEAD": release.NodeCache} {
		if r, err := find(version); err == nil {
			t.Errorf("%q is %s, want an error", version, r.Name)
		}
	}
}

func TestHistoryOfPlugins(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		plugin               string
		known                bool
		since                string
		removed              bool
		replacement, version string
	}{
		{plugin: "forward", known: true},
		{plugin: "siit", known: true, since: "1.15.0"},
		{plugin: "proxy", removed: true, replacement: "forward", version: "1.5.0"},
		{plugin: "federation", removed: true, version: "1.7.0"},
		{plugin: "forwrad"},
	} {
		replacement, version, removed := release.Removed(test.plugin)
		if removed != test.removed || replacement != test.replacement || version != test.version {
			t.Errorf("%s: removed %v in %q in favour of %q, want %v, %q, %q", test.plugin, removed, version, replacement, test.removed, test.version, test.replacement)
		}
		if known, since := release.Known(test.plugin), release.Since(test.plugin); known != test.known || since != test.since {
			t.Errorf("%s: known %v since %q, want %v, %q", test.plugin, known, since, test.known, test.since)
		}
	}
}
