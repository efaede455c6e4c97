// Package deploy holds the manifests that a cluster installs, for programs that compare a
// cluster with them.
package deploy

import "embed"

// Base is the kustomization base, without what overlays add.
//
//go:embed base/*.yaml
var Base embed.FS

// Pinned is the component that has pods load copies.
//
//go:embed pinned/*.yaml
var Pinned embed.FS
