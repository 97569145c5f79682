"""pinned-base-image: no base or service image is latest, untagged or floating.

The hook judges every image reference that a build or a compose project would pull, offline, and says which class of
tag it is, how such tags behave, and what exactly to write.
"""
