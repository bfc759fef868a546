#!/bin/bash
# In place of electron-builder's own, which an rpm runs after an upgrade too, when the new package has made its link and
# profile already (1), and takes both away (electron-builder issue 7326). Macros are electron-builder's.
case "${1:-}" in
  remove | 0) ;;
  *) exit 0 ;;
esac

if type update-alternatives >/dev/null 2>&1; then
  # Debian's warns that the program is gone, which it has to be by now.
  update-alternatives --remove '${executable}' '/opt/${sanitizedProductName}/${executable}' 2>/dev/null
else
  rm -f '/usr/bin/${executable}'
fi

profile='/etc/apparmor.d/${executable}'
if [ -f "$profile" ]; then
  # Not in a chroot: the kernel is not its own.
  if apparmor_status --enabled >/dev/null 2>&1 && ! { [ -x /usr/bin/ischroot ] && /usr/bin/ischroot; }; then
    apparmor_parser --remove "$profile" || true
  fi
  rm -f "$profile"
fi
exit 0
