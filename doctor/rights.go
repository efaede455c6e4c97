package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// reviewsAtOnce is how many questions about rights are asked at a time.
const reviewsAtOnce = 8

var rightsGranted = check{
	id:    "rights",
	title: "Corewarden's ServiceAccount has the rights that it needs",
	look: func(ctx context.Context, i *installation) outcome {
		account := i.Namespace + "/" + i.serviceAccount()
		rights := i.rights()
		lacks := make([]bool, len(rights))
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(reviewsAtOnce)
		for n, right := range rights {
			group.Go(func() error {
				review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
					User:               "system:serviceaccount:" + strings.Replace(account, "/", ":", 1),
					Groups:             []string{"system:serviceaccounts", "system:serviceaccounts:" + i.Namespace, "system:authenticated"},
					ResourceAttributes: &right,
				}}
				err := i.Client.Create(ctx, review)
				lacks[n] = !review.Status.Allowed
				return err
			})
		}
		switch err := group.Wait(); {
		case apierrors.IsForbidden(err):
			return skipped("you may not create subjectaccessreviews, so that the rights of others cannot be seen")
		case err != nil:
			return failed(fmt.Sprintf("the API server does not tell the rights of %s: %v", account, err), "kubectl auth can-i --list")
		}
		var missing []string
		for n, right := range rights {
			if text := describe(right); lacks[n] && !slices.Contains(missing, text) {
				missing = append(missing, text)
			}
		}
		if len(missing) > 0 {
			return failed(fmt.Sprintf("%s may not %s", account, shorten(missing)), applyAgain)
		}
		return fine("%d rights", len(rights))
	},
}

// shown is how many of what is missing are named.
const shown = 3

func shorten(all []string) string {
	if more := len(all) - shown; more > 0 {
		return fmt.Sprintf("%s, and %d more", strings.Join(all[:shown], ", "), more)
	}
	return strings.Join(all, ", ")
}

func describe(r authorizationv1.ResourceAttributes) string {
	return strings.Join(strings.Fields(fmt.Sprintf("%s %s %s in %s", r.Verb, r.Resource, r.Name, r.Namespace)), " ")
}

// rights returns each single right that the manifests give.
func (i *installation) rights() []authorizationv1.ResourceAttributes {
	var all []authorizationv1.ResourceAttributes
	for _, role := range i.shipped.roles {
		namespace := role.Namespace
		if namespace == i.shipped.deployment.Namespace {
			namespace = i.Namespace
		}
		for _, rule := range role.Rules {
			names := rule.ResourceNames
			if len(names) == 0 {
				names = []string{""}
			}
			for _, group := range rule.APIGroups {
				for _, resource := range rule.Resources {
					for _, name := range names {
						for _, verb := range rule.Verbs {
							all = append(all, authorizationv1.ResourceAttributes{
								Namespace: namespace, Group: group, Resource: resource, Name: name, Verb: verb,
							})
						}
					}
				}
			}
		}
	}
	return all
}
