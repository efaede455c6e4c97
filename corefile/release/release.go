// Package release says which release of CoreDNS and of node-cache has which plugins, and in
// which order. data.go holds the facts.
package release

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"sync"
)

// A Release is one release of a DNS server that is CoreDNS or holds it.
type Release struct {
	// Name is what people call it: "CoreDNS 1.15.0", "node-cache 1.26.7".
	Name string
	// Note says that it stands in for a version that is not known, or is "": "CoreDNS
	// 1.8.0 is not known: judged as 1.11.3, the oldest that is".
	Note string

	coredns string              // the release of CoreDNS in it
	rank    int64               // of coredns
	linked  map[string]struct{} // the plugins it holds; nil: all that coredns has
	read    map[string]struct{} // those whose names it reads; nil: all that coredns has
	order   []string            // all that it has, as it asks them
	places  map[string]int      // of those in order
}

// CoreDNS returns the release of CoreDNS with the given version, such as "1.15.0". A
// leading "v" and what distributors append, as in "v1.11.4-eksbuild.2", make no difference.
// For a version that is not known it returns, with a Note, the release that is most like
// it: the newest of the older ones, or else the oldest. What is no version is an error.
func CoreDNS(version string) (Release, error) {
	known, note, err := nearest("CoreDNS", version, coreDNSVersions)
	if err != nil {
		return Release{}, err
	}
	r := Release{Name: "CoreDNS " + known, Note: note, coredns: known, rank: rank(known)}
	r.setOrder(r.inOrder())
	return r, nil
}

// NodeCache does the same for node-cache, the server of node-local-dns. Its versions are
// such as "1.26.7", and "head" is what comes after the newest one.
func NodeCache(version string) (Release, error) {
	known, note, err := nearest("node-cache", version, nodeCacheVersions)
	if err != nil {
		return Release{}, err
	}
	at := slices.Index(nodeCacheVersions, known)
	inside := nodeCaches[at].coreDNS
	r := Release{Name: "node-cache " + known, Note: note, coredns: inside, rank: rank(inside), linked: inNodeCache}
	if known == head {
		r.linked, r.read = inHead, inHead
		r.setOrder(headPlugins)
		return r, nil
	}
	r.setOrder(r.inOrder())
	return r, nil
}

// nodeCacheVersions are the versions of nodeCaches.
var nodeCacheVersions = func() []string {
	versions := make([]string, len(nodeCaches))
	for i, n := range nodeCaches {
		versions[i] = n.version
	}
	return versions
}()

// NewestCoreDNS and NewestNodeCache are the newest versions that are released.
var (
	NewestCoreDNS   = coreDNSVersions[len(coreDNSVersions)-1]
	NewestNodeCache = nodeCacheVersions[len(nodeCacheVersions)-2] // before head
)

// All returns every supported release, those of CoreDNS first, the oldest first.
func All() []Release {
	var all []Release
	add := func(versions []string, find func(string) (Release, error)) {
		for _, version := range versions {
			r, err := find(version)
			if err != nil {
				panic(err) // cannot be: it is one of the known
			}
			all = append(all, r)
		}
	}
	add(coreDNSVersions, CoreDNS)
	add(nodeCacheVersions, NodeCache)
	return all
}

// wellFormed matches a version and finds its numbers in it. Images have tags such as
// v1.11.4-eksbuild.2, v1.11.3_vmware.1 and 1.12.1+fips.
var wellFormed = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^v?((?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2})(?:[-+_][\w.+-]*)?$`)
})

// nearest returns the known version that the given one is judged as, and a note where it
// is another one. The known ones are in order, the oldest first.
func nearest(server, version string, known []string) (judged, note string, err error) {
	if slices.Contains(known, version) {
		return version, "", nil
	}
	match := wellFormed().FindStringSubmatch(version)
	if match == nil {
		return "", "", fmt.Errorf("%q is not a version of %s. Write three numbers, such as 1.15.0 or v1.11.4-eksbuild.2", version, server)
	}
	version = match[1]
	if slices.Contains(known, version) {
		return version, "", nil
	}
	newer := slices.IndexFunc(known, func(k string) bool { return k == head || rank(k) > rank(version) })
	var which string
	switch {
	case newer == 0:
		judged, which = known[0], "the oldest known release"
	case newer < 0 || known[newer] == head:
		judged, which = known[len(known)-1], "the newest known release"
	default:
		judged, which = known[newer-1], "the nearest older release"
	}
	return judged, fmt.Sprintf("%s %s is not known: checked as %s, %s", server, version, judged, which), nil
}

// CoreDNSVersion returns the version of the CoreDNS that the release is or holds.
func (r Release) CoreDNSVersion() string { return r.coredns }

// AtLeast reports whether the CoreDNS in the release is of the given version or newer.
func (r Release) AtLeast(version string) bool { return r.rank >= rank(version) }

// rank orders versions such as "1.9.10" by their numbers: a newer one has a higher rank.
// Numbers of over two million, which no version has, are all the same.
func rank(version string) int64 {
	const most = 1<<21 - 1
	var whole, number int64
	for i := range len(version) {
		if version[i] == '.' {
			whole, number = (whole+number)<<21, 0
			continue
		}
		number = min(10*number+int64(version[i]-'0'), most)
	}
	return whole + number
}

// Compare orders two versions, such as "1.9.10" and "1.15.0", by their numbers.
func Compare(a, b string) int { return cmp.Compare(rank(a), rank(b)) }
