package lifecycle_test

import (
	"testing"
)

const (
	installPage    = "docs/install.md"
	operationsPage = "docs/operations.md"
	securityPage   = "docs/security.md"
	upgradePage    = "docs/upgrade.md"
	uninstallPage  = "docs/uninstall.md"
)

// alertPages are those of alerts on Corewarden itself. Those on rollouts have commands for a
// rollout that is held.
var alertPages = []string{
	"docs/alerts/CorewardenDown.md", "docs/alerts/CorewardenNoLeader.md", "docs/alerts/CorewardenUnreachable.md",
}

// TestPages runs each command of the pages on what to do, in the order of a cluster's life.
func TestPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.applyDefinitions(t)
	r := newReader(t, s, append(alertPages, installPage, operationsPage, securityPage, upgradePage, uninstallPage)...)

	r.follow(t, installPage, "With kustomize")
	product, _ := s.serve(t, "cert-manager-cainjector")
	r.follow(t, installPage, "Try it")
	r.follow(t, installPage, "Alerts and dashboard")
	s.rollOut(t, forwarding("10.0.0.1"))
	r.follow(t, securityPage, "Who may do what")
	r.follow(t, operationsPage, "What to watch")
	for _, page := range alertPages {
		for section := range r.pages[page].sections {
			r.follow(t, page, section)
		}
	}
	r.follow(t, upgradePage, "With kustomize")
	s.writable(t)

	if err := product.Stop(); err != nil {
		t.Fatal(err)
	}
	if s.write(t.Context()) == nil {
		t.Error("without a webhook a write is not rejected")
	}
	r.follow(t, operationsPage, "Break glass")
	s.writable(t)
	r.follow(t, upgradePage, "With kustomize") // which ends the emergency
	if err := product.Start(t.Context()); err != nil {
		t.Fatal(err)
	}

	r.follow(t, uninstallPage, "The alerts")
	r.follow(t, uninstallPage, "With kustomize")
	s.writable(t)
	if err := product.Kill(); err != nil {
		t.Fatal(err)
	}

	r.follow(t, installPage, "With Helm")
	product, _ = s.serve(t, "cert-manager-cainjector")
	r.follow(t, upgradePage, "With Helm")
	s.writable(t)
	r.follow(t, uninstallPage, "With Helm")
	s.writable(t)
	if err := product.Kill(); err != nil {
		t.Fatal(err)
	}
	if left := r.leftOut(); len(left) > 0 {
		t.Errorf("not run are the commands of %q", left)
	}
}
