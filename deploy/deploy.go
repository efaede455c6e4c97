// Package deploy holds the manifests that a cluster installs, for programs that compare a
// cluster with them.
package deploy

import "embed"

// Base is the kustomization base, without what overlays add.
//
//go:embed base/*.yaml
var Base embed.FS
