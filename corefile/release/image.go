package release

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// OfImage returns the release in an image, such as
// "registry.k8s.io/dns/k8s-dns-node-cache:1.26.7@sha256:…": the repository's name tells
// the server, the tag its version. A tag that is no version, and no tag, stand for the
// newest version, with a Note. Ok is false for an image of neither server.
func OfImage(image string) (r Release, ok bool) {
	repository, _ := splitImage(image)
	switch name := path.Base(repository); {
	case strings.Contains(name, "node-cache"): // its own name is k8s-dns-node-cache
		return NodeCacheOfImage(image), true
	case strings.Contains(name, "coredns"): // and hardened-coredns, mirrored-coredns-coredns
		return CoreDNSOfImage(image), true
	}
	return Release{}, false
}

// CoreDNSOfImage is OfImage for an image that is known to hold CoreDNS, whatever its name.
func CoreDNSOfImage(image string) Release {
	return ofImage(image, CoreDNS, coreDNSVersions, NewestCoreDNS)
}

// NodeCacheOfImage is OfImage for an image that is known to hold node-cache.
func NodeCacheOfImage(image string) Release {
	return ofImage(image, NodeCache, nodeCacheVersions, NewestNodeCache)
}

func ofImage(image string, find func(string) (Release, error), known []string, newest string) Release {
	repository, tag := splitImage(image)
	if r, err := find(tag); err == nil {
		return r
	}
	version := newest
	if patch := newestPatch(tag, known); patch != "" {
		version = patch
	}
	r, err := find(version)
	if err != nil {
		panic(err) // cannot be: it is one of the known
	}
	written := repository
	if tag != "" {
		written += ":" + tag
	}
	r.Note = fmt.Sprintf("image %q names no version: checked as %s, the newest that it can be", written, r.Name)
	return r
}

// splitImage splits an image's reference into repository and tag, and drops the digest. A
// colon before the last slash is that of a registry's port.
func splitImage(image string) (repository, tag string) {
	image, _, _ = strings.Cut(image, "@")
	colon := strings.LastIndexByte(image, ':')
	if colon < strings.LastIndexByte(image, '/') || colon < 0 {
		return image, ""
	}
	return image[:colon], image[colon+1:]
}

// newestPatch returns the newest of the known versions that a tag of two numbers, such as
// "v1.13", stands for, or "".
func newestPatch(tag string, known []string) string {
	minor := strings.TrimPrefix(tag, "v") + "."
	if strings.Count(minor, ".") != 2 {
		return ""
	}
	for _, version := range slices.Backward(known) {
		if strings.HasPrefix(version, minor) {
			return version
		}
	}
	return ""
}
