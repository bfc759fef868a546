; Part of electron-builder's uninstaller for Windows (`nsis.include`). It offers to sign out; unless the user wants that
; and Globus confirmed it, what the user has stays. Neither an update nor a silent uninstall asks.

; The installer is a pass of its own, where a variable that nothing reads is an error.
!ifdef BUILD_UNINSTALLER
  Var gttSignedOut
!endif

!macro customUnInit
  StrCpy $gttSignedOut "0"
  ${IfNot} ${Silent}
  ${AndIfNot} ${isUpdated}
    MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 \
      "Sign out of Globus as well?$\r$\n$\r$\nYes revokes your tokens at Globus and removes settings and rules. It needs the app to run. No keeps your sign-ins on this computer." \
      /SD IDNO IDNO gttAsked
    ; The app is asked before it is closed: it alone can open the keychain's entries and revoke them.
    nsExec::ExecToStack '"$INSTDIR\resources\cli\globus-token.cmd" logout'
    Pop $0
    Pop $1
    ${If} $0 == "0"
      StrCpy $gttSignedOut "1"
    ${Else}
      MessageBox MB_YESNO|MB_ICONEXCLAMATION|MB_DEFBUTTON2 \
        "You are not signed out, and nothing was removed.$\r$\n$\r$\n$1$\r$\nConsents also end at https://auth.globus.org/v2/web/consents$\r$\n$\r$\nUninstall all the same?" \
        /SD IDNO IDYES gttAsked
      Quit
    ${EndIf}
    gttAsked:
  ${EndIf}
!macroend

!macro customUnInstall
  ${IfNot} ${isUpdated}
    ; Electron names the entry that starts it with the session after the app's user model ID.
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "org.globus-token-tray.globus-token-tray"
    ${If} $gttSignedOut == "1"
      SetShellVarContext current
      RMDir /r "$APPDATA\globus-token-tray"
      ${If} $installMode == "all"
        SetShellVarContext all
      ${EndIf}
    ${EndIf}
  ${EndIf}
!macroend
